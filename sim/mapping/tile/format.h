// What the elements of an operand are: the one place that turns elements into bits and bytes.
//
// Elements are packed: byte by byte where their width allows, across bytes where it does not.
#pragma once

#include <cstdint>

#include "sim/network/element_type.h"
#include "sim/units/counts.h"

namespace subvolt::mapping {

struct Format {
  network::ElementType type = network::ElementType::kInt8;

  std::int64_t bits() const { return is_byte() ? 8 : network::bits(type); }  // the mapper asks millions of times
  std::int64_t bytes(std::int64_t elements) const { return ceil_div(elements * bits(), 8); }
  // The byte in which an element begins, from the first one's.
  std::int64_t offset(std::int64_t element) const { return element * bits() / 8; }
  // That hold `elements` from the first: one more than bytes(elements) where they share one with their neighbours.
  std::int64_t bytes_from(std::int64_t first, std::int64_t elements) const {
    return bytes(first + elements) - offset(first);
  }
  bool is_byte() const { return type == network::ElementType::kInt8 || type == network::ElementType::kUint8; }

  friend bool operator==(Format a, Format b) { return a.type == b.type; }
  friend bool operator!=(Format a, Format b) { return a.type != b.type; }
};

inline constexpr Format kInt8{network::ElementType::kInt8};
inline constexpr Format kInt32{network::ElementType::kInt32};

}  // namespace subvolt::mapping
