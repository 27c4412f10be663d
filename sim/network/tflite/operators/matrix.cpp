// Fully connected layers and products of matrices.
#include "sim/network/tflite/operators/weights.h"

namespace subvolt::network::tflite {
namespace {

// Weights: outputs x inputs. Unless the file keeps the input's dimensions, all of its elements count as one list of
// inputs after the other.
bool fully_connected(Translation& t) {
  const auto* options = t.options<format::FullyConnectedOptions>();
  const Shape& weights = t.operand(1).shape;
  const Shape& x = t.operand(0).shape;
  if (weights.rank() < 1 || weights.elements() == 0)
    t.fail("expected weights of two dimensions, got " + weights.text());
  const std::int64_t channels = weights[0];
  const std::int64_t inputs = weights.elements() / channels;
  if (x.elements() % inputs != 0) {
    t.fail("weights of " + weights.text() + " do not fit the input of " + x.text());
  }
  LayerSpec& layer = t.layer();
  layer.op = Operator("fully_connected");
  layer.channels = channels;
  const bool keep = options && options->keep_num_dims();
  layer.keep_dims = keep || x.elements() != inputs;
  if (layer.keep_dims && x.channels() != inputs) return false;
  if (!keep) layer.shape = t.stated_shape(0, x.elements() / inputs * channels);
  return (!options || fuse(layer, options->activation())) && take_weights(t, 0, 1, 2);
}

bool batch_matmul(Translation& t) {
  // A constant has its place behind the input.
  if (t.is_constant(0)) return false;
  const auto* options = t.options<format::BatchMatMulOptions>();
  LayerSpec& layer = t.layer();
  layer.op = Operator("batch_matmul");
  layer.transpose_a = options && options->adj_x();
  layer.transpose_b = options && options->adj_y();
  t.input(0);
  t.take(1, Role::kWeights);
  return true;
}

const bool matrix_registered = register_translations({
    {"FULLY_CONNECTED", fully_connected},
    {"BATCH_MATMUL", batch_matmul},
});

}  // namespace
}  // namespace subvolt::network::tflite
