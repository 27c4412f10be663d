// One layer: from what the file says and the shapes of its inputs to output shape, window and counts.
//
//   output size, same      ceil(in / stride); padding max(0, (out - 1) stride + extent - in), the odd element
//                          behind (TensorFlow: tensorflow/core/framework/kernel_shape_util.cc)
//   output size, else      floor((in + padding - extent) / stride) + 1,  extent = (kernel - 1) dilation + 1
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/network/network_spec.h"

namespace subvolt::network {

struct BuiltLayer {
  Layer layer;  // without inputs and output, which only the graph knows
  Shape output;
};

// `inputs` has as many tensors as input_count() says. Nothing when the layer has errors, which are reported.
std::optional<BuiltLayer> build_layer(const LayerSpec& spec, const std::vector<const Tensor*>& inputs,
                                      config::Diagnostics& diagnostics);

std::size_t input_count(Operator op);

// Reports an error of this layer, located at its `key` where the file has one.
void complain(const LayerSpec& spec, std::string_view key, const std::string& message,
              config::Diagnostics& diagnostics);

// Dimensions of at least 1 and not absurd; else what is wrong with them.
std::optional<std::string> fault_of(const Shape& shape);

}  // namespace subvolt::network
