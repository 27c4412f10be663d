// One layer: from what the file says and the tensors it reads to outputs, window and counts.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/network/network_spec.h"

namespace subvolt::network {

struct BuiltLayer {
  Layer layer;  // without inputs and outputs, which only the graph knows
  std::vector<Tensor> outputs;
};

// Nothing when the layer has errors, which are reported.
std::optional<BuiltLayer> build_layer(const LayerSpec& spec, Layout layout, const std::vector<const Tensor*>& inputs,
                                      config::Diagnostics& diagnostics);

// Reports an error of this layer, located at its `key` where the file has one.
void complain(const LayerSpec& spec, std::string_view key, const std::string& message,
              config::Diagnostics& diagnostics);

// Dimensions of at least 1 and not absurd; else what is wrong with them.
std::optional<std::string> fault_of(const Shape& shape);

}  // namespace subvolt::network
