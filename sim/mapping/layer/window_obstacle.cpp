#include "sim/mapping/layer/window_obstacle.h"

#include <algorithm>
#include <iterator>

#include "sim/mapping/layer/mac_layer.h"
#include "sim/mapping/layer/type_obstacle.h"

namespace subvolt::mapping {

using network::ElementType;

std::string window_obstacle(const network::Network& network, std::size_t index, const std::string& instance,
                            bool has_tables) {
  const network::Layer& layer = network.layers[index];
  static const char* const all[] = {"conv2d", "conv1d", "depthwise_conv2d", "depthwise_conv1d", "fully_connected"};
  if (std::none_of(std::begin(all), std::end(all), [&](const char* op) { return layer.op.is(op); })) {
    return instance + " runs convolutions and fully connected layers only";
  }
  if (!layer.constant(network::Role::kWeights)) {
    return instance + " multiplies by constant weights and these are computed";
  }
  const network::Constant* biases = layer.constant(network::Role::kBias);
  if (!biases && layer.bias) return instance + " adds constant biases and these are computed";
  if (needs_lookup(layer) && !has_tables)
    return instance + " has no table for the activation " + to_text(layer.activation());
  const auto is_byte = [](ElementType type) { return Format{type}.is_byte(); };
  for (const network::TensorId t : layer.inputs) {
    const ElementType type = network.tensor(t).type;
    if (!is_byte(type)) return instance + " " + computes_int8("input", type);
  }
  const ElementType out = network.output_of(layer).type;
  if (!is_byte(out)) return instance + " " + computes_int8("output", out);
  return "";
}

}  // namespace subvolt::mapping
