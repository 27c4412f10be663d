// Elements of a constant that equal its zero point: what sparse hardware could leave out.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/config/byte_source.h"
#include "sim/network/element_type.h"
#include "sim/network/shape.h"
#include "sim/network/tflite/held_file.h"

namespace subvolt::network::tflite {

// `data` of the file hold `elements` densely packed elements of `type`; 4-bit ones two in a byte, the first in the low
// half. Zero of floating point, sign ignored, when `type` is a float.
std::int64_t count_equal(const config::ByteSource& file, Place data, std::int64_t elements, ElementType type,
                         std::int64_t zero_point);

// The same with a zero point for each slice along `axis`. Their number is that dimension.
std::int64_t count_equal(const config::ByteSource& file, Place data, const Shape& shape, ElementType type,
                         const std::vector<std::int64_t>& zero_points, std::size_t axis);

}  // namespace subvolt::network::tflite
