// What the elements of an operand are: the one place that turns elements into bits and bytes, and back.
//
// Elements are packed: byte by byte where their width allows, across bytes where it does not.
#pragma once

#include <cstdint>

#include "sim/network/element_type.h"
#include "sim/units/counts.h"

namespace subvolt::network {

struct Format {
  ElementType type = ElementType::kInt8;

  std::int64_t bits() const { return is_byte() ? 8 : network::bits(type); }  // the mapper asks millions of times
  std::int64_t bytes(std::int64_t elements) const { return ceil_div(elements * bits(), 8); }
  // The byte in which an element begins, from the first one's.
  std::int64_t offset(std::int64_t element) const { return element * bits() / 8; }
  // That hold `elements` from the first: one more than bytes(elements) where they share one with their neighbours.
  std::int64_t bytes_from(std::int64_t first, std::int64_t elements) const {
    return bytes(first + elements) - offset(first);
  }
  // Whole ones that so many bytes hold. Not for types without bits.
  std::int64_t elements_in(std::int64_t bytes) const { return bytes * 8 / bits(); }
  bool is_byte() const { return type == ElementType::kInt8 || type == ElementType::kUint8; }

  friend bool operator==(Format a, Format b) { return a.type == b.type; }
  friend bool operator!=(Format a, Format b) { return a.type != b.type; }
};

}  // namespace subvolt::network
