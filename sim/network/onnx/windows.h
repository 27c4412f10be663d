// Kernels, strides and padding as ONNX's convolutions and pools say them.
#pragma once

#include "sim/network/onnx/translation.h"

namespace subvolt::network::from_onnx {

// Sets stride, dilation and padding of a window over `spatial` (1, 2 or 3) dimensions.
void set_window(Translation& t, std::size_t spatial);
// Of explicit padding: the begins of all dimensions, then the ends.
void set_pads(Padding& padding, const std::vector<std::int64_t>& pads);
// 3, 3x5 or 2x3x5; with one dimension the width.
Extent extent_of(const std::vector<std::int64_t>& sizes);

}  // namespace subvolt::network::from_onnx
