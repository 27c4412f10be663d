// How many elements of a constant have one value, such as its zero point.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/network/format.h"

namespace subvolt::network {

// Among the `count` elements of `type` that lie densely packed behind `data`, after the first `from`; 4-bit ones two in
// a byte, the first in the low half. Zero of floating point, sign ignored, when `type` is a float.
std::int64_t count_equal(const std::uint8_t* data, std::size_t from, std::size_t count, ElementType type,
                         std::int64_t value);

}  // namespace subvolt::network
