// Normalisations and softmax.
#include "sim/network/onnx/fault.h"
#include "sim/network/onnx/translation.h"

namespace subvolt::network::from_onnx {
namespace {

// Scale and shift as constants or, both, as inputs.
void scale_and_shift(Translation& t, std::size_t scale, std::size_t shift) {
  t.take(0);
  LayerSpec& layer = t.layer();
  layer.bias = t.has(shift);
  if (t.has(scale)) layer.bias_type = t.stored_type(scale);
  t.take(scale, Role::kScale);
  t.take(shift, Role::kBias);
}

bool operands_in_order(const Translation& t, std::size_t scale, std::size_t shift) {
  return !t.has(shift) || t.is_constant(scale) == t.is_constant(shift) || t.is_constant(shift);
}

void batch_norm(Translation& t) {
  for (std::size_t i = 1; i < 5; ++i) {
    if (!t.is_constant(i)) return translate_unknown(t);
  }
  for (std::size_t i = 1; i < t.outputs(); ++i) {
    if (t.is_read(i)) throw Fault("a network in training, which computes its statistics, cannot be run");
  }
  t.op("batch_norm");
  scale_and_shift(t, 1, 2);
  t.take(3);
  t.take(4);
}

std::vector<std::int64_t> from_axis(std::size_t axis, std::size_t rank) {
  std::vector<std::int64_t> axes;
  for (; axis < rank; ++axis) axes.push_back(static_cast<std::int64_t>(axis));
  return axes;
}

void layer_norm(Translation& t) {
  if (t.is_read(1) || t.is_read(2) || !operands_in_order(t, 1, 2)) return translate_unknown(t);
  const std::size_t rank = t.shape(0).rank();
  t.op("layer_norm");
  t.layer().axes = from_axis(checked_axis(t.node().integer("axis", -1), rank), rank);
  scale_and_shift(t, 1, 2);
}

void rms_norm(Translation& t) {
  if (t.is_read(1)) return translate_unknown(t);
  const std::size_t rank = t.shape(0).rank();
  t.op("rms_norm");
  t.layer().axes = from_axis(checked_axis(t.node().integer("axis", -1), rank), rank);
  scale_and_shift(t, 1, 99);
}

void instance_norm(Translation& t) {
  if (!operands_in_order(t, 1, 2)) return translate_unknown(t);
  t.op("instance_norm");
  scale_and_shift(t, 1, 2);
}

void group_norm(Translation& t) {
  const std::int64_t groups = t.node().integer("num_groups", 1);
  // Opset 18 had a scale per group, since opset 21 there is one per channel.
  const Shape& in = t.shape(0);
  if (in.rank() < 2) throw Fault("expected an input with channels, got " + in.text());
  if (!operands_in_order(t, 1, 2)) return translate_unknown(t);
  t.op("group_norm");
  t.layer().groups = groups;
  scale_and_shift(t, 1, 2);
}

void lrn(Translation& t) {
  t.op("lrn");
  t.take(0);
}

void lp_norm(Translation& t) {
  if (t.node().integer("p", 2) != 2) return translate_unknown(t);
  t.op("l2_norm");
  t.layer().axes = {static_cast<std::int64_t>(checked_axis(t.node().integer("axis", -1), t.shape(0).rank()))};
  t.take(0);
}

// x, its scale and zero point, those of the result; `opset` says whether it is flat.
void quantized_softmax(Translation& t) {
  const std::size_t rank = t.shape(0).rank();
  t.op("softmax");
  if (rank > 0) {
    const std::size_t axis = checked_axis(t.node().integer("axis", -1), rank);
    const bool flat = t.node().integer("opset", 13) < 13;
    t.layer().axes = flat ? from_axis(axis, rank) : std::vector<std::int64_t>{static_cast<std::int64_t>(axis)};
  }
  t.layer().quantization = t.quantization(3, 4);
  t.take(0);
}

// Before opset 13 over all dimensions from the axis on.
void softmax(Translation& t) {
  const std::size_t rank = t.shape(0).rank();
  const bool flat = t.node().opset() < 13;
  t.op(t.node().op() == "Softmax" ? "softmax" : "log_softmax");
  if (rank > 0) {
    const std::size_t axis = checked_axis(t.node().integer("axis", flat && rank > 1 ? 1 : -1), rank);
    t.layer().axes = flat ? from_axis(axis, rank) : std::vector<std::int64_t>{static_cast<std::int64_t>(axis)};
  }
  t.take(0);
}

const bool rules_norm_registered = register_rules({
    {"BatchNormalization", batch_norm},
    {"LayerNormalization", layer_norm},
    {"RMSNormalization", rms_norm},
    {"SimplifiedLayerNormalization", rms_norm},
    {"com.microsoft.SimplifiedLayerNormalization", rms_norm},
    {"com.microsoft.LayerNormalization", layer_norm},
    {"com.microsoft.QLinearSoftmax", quantized_softmax},
    {"InstanceNormalization", instance_norm},
    {"GroupNormalization", group_norm},
    {"LRN", lrn},
    {"LpNormalization", lp_norm},
    {"Softmax", softmax},
    {"LogSoftmax", softmax},
});

}  // namespace
}  // namespace subvolt::network::from_onnx
