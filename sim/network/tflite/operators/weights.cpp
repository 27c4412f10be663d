#include "sim/network/tflite/operators/weights.h"

namespace subvolt::network::tflite {

bool take_weights(Translation& t, std::size_t x, std::size_t weights, std::size_t bias) {
  if (t.is_constant(x) || (t.is_constant(weights) && t.is_activation(bias))) return false;
  LayerSpec& layer = t.layer();
  layer.weight_type = t.operand(weights).type;
  layer.bias = t.has(bias);
  if (layer.bias) layer.bias_type = t.operand(bias).type;
  t.input(x);
  t.take(weights, Role::kWeights);
  if (layer.bias) t.take(bias, Role::kBias);
  return true;
}

}  // namespace subvolt::network::tflite
