// What an element becomes when a network is taken as if it were quantised to eight bits.
#pragma once

#include <optional>

#include "sim/network/element_type.h"

namespace subvolt::network {

// int8 for real numbers and for quantised ones of another width; nothing for what stays: eight bits already, int32 and
// int64 (places, sizes, sums), bool, complex numbers, resources.
inline std::optional<ElementType> as_int8(ElementType type) {
  const bool quantised = is_integer(type) && bits(type) <= 16 && bits(type) != 8;
  return is_float(type) || quantised ? std::optional<ElementType>(ElementType::kInt8) : std::nullopt;
}

}  // namespace subvolt::network
