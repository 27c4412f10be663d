// Operators that move elements, or give the same ones another shape.
#include <algorithm>

#include "sim/network/bounded.h"
#include "sim/network/onnx/fault.h"
#include "sim/network/onnx/translation.h"

namespace subvolt::network::from_onnx {
namespace {

using Integers = std::vector<std::int64_t>;

void view(Translation& t) {
  t.op("reshape");
  t.layer().shape = t.out_shape();
  t.take(0);
}

void identity(Translation& t) {
  t.op("identity");
  t.take(0);
}

// A mask of what was dropped is there in training only.
void dropout(Translation& t) {
  if (t.is_read(1)) return translate_unknown(t);
  identity(t);
}

void transpose(Translation& t) {
  t.op("transpose");
  t.layer().order = t.node().integers("perm").value_or(Integers());
  t.take(0);
}

void concat(Translation& t) {
  t.op("concat");
  t.layer().axes = {t.node().integer("axis", 1)};
  t.take_all();
}

// The scale and zero point of the result, then each operand with its own, which is the result's
// (compose_quantized.cpp).
void quantized_concat(Translation& t) {
  t.op("concat");
  t.layer().axes = {t.node().integer("axis", 1)};
  t.layer().quantization = t.quantization(0, 1);
  for (std::size_t i = 2; i < t.node().inputs(); i += 3) t.take(i);
}

// Sizes are those of the outputs: whatever the file says leads to them.
void split(Translation& t) {
  const std::size_t rank = t.shape(0).rank();
  const std::size_t axis = checked_axis(t.node().integer("axis", 0), rank);
  t.op("split");
  t.layer().axes = {static_cast<std::int64_t>(axis)};
  if (t.has(1)) t.layer().sizes = t.node().integers_of(1, "sizes");
  const auto given = t.node().integers("split");
  if (given) t.layer().sizes = *given;
  const auto outputs = static_cast<std::int64_t>(t.outputs());
  if (t.layer().sizes.empty() && outputs > 0) {  // equal ones, the last possibly smaller
    std::int64_t rest = t.shape(0)[axis];
    const std::int64_t each = (rest + outputs - 1) / outputs;
    for (std::int64_t i = 0; i < outputs; ++i) {
      t.layer().sizes.push_back(std::min(each, rest));
      rest -= t.layer().sizes.back();
    }
  }
  t.take(0);
  t.name_outputs(t.outputs());
}

// Kept small: begin and end of INT64_MAX mean the dimension's end.
std::int64_t clamped(std::int64_t place) { return std::clamp<std::int64_t>(place, -kMaxSize, kMaxSize); }

void slice(Translation& t) {
  const Node& node = t.node();
  const bool operands = node.opset() >= 10;
  LayerSpec& layer = t.layer();
  t.op("slice");
  layer.begin = operands ? node.integers_of(1, "starts") : node.integers("starts").value_or(Integers());
  layer.end = operands ? node.integers_of(2, "ends") : node.integers("ends").value_or(Integers());
  if (operands && t.has(3)) layer.axes = node.integers_of(3, "axes");
  if (!operands) layer.axes = node.integers("axes").value_or(Integers());
  if (operands && t.has(4)) layer.step = node.integers_of(4, "steps");
  for (auto* places : {&layer.begin, &layer.end, &layer.step}) {
    std::transform(places->begin(), places->end(), places->begin(), clamped);
  }
  if (std::all_of(layer.step.begin(), layer.step.end(), [](std::int64_t step) { return step == 1; }))
    layer.step.clear();
  t.take(0);
}

// What is padded with, where it is not zero: then the padding cannot become a convolution's.
void take_pad_value(Translation& t) {
  const Contents* contents = t.node().contents(2);
  const bool known = contents && size_of(*contents) == 1;
  if (t.has(2) && !(known && t.node().reals_of(2, "value").front() == 0.0)) t.take(2);
  if (t.node().opset() >= 11 || t.node().real("value", 0.0) == 0.0) return;
  Constant value;
  value.shape = Shape();
  value.type = t.stored_type(0);
  value.zeros = 0;
  t.layer().constants.push_back(std::move(value));
}

// Begins of all dimensions, then ends; negative ones cut instead.
void pad(Translation& t) {
  const Node& node = t.node();
  const std::size_t rank = t.shape(0).rank();
  Integers pads = node.opset() >= 11 ? node.integers_of(1, "pads")
                                     : node.integers(node.opset() == 1 ? "paddings" : "pads").value_or(Integers());
  Integers before(rank, 0), after(rank, 0);
  Integers axes;
  if (node.has(3)) {
    axes = node.integers_of(3, "axes");
  } else {
    for (std::size_t i = 0; i < rank; ++i) axes.push_back(static_cast<std::int64_t>(i));
  }
  if (pads.size() != 2 * axes.size()) {
    throw Fault("expected " + std::to_string(2 * axes.size()) + " pads, got " + std::to_string(pads.size()));
  }
  bool cuts = false;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::size_t axis = checked_axis(axes[i], rank);
    before[axis] = pads[i];
    after[axis] = pads[axes.size() + i];
    cuts = cuts || before[axis] < 0 || after[axis] < 0;
  }
  if (cuts) return translate_unknown(t);
  t.op(t.node().text("mode", "constant") == "constant" ? "pad" : "mirror_pad");
  t.layer().before = before;
  t.layer().after = after;
  t.take(0);
  if (t.layer().op.is("pad")) take_pad_value(t);
}

// One index that is known is a slice.
void gather(Translation& t) {
  const Shape& data = t.shape(0);
  const std::size_t axis = checked_axis(t.node().integer("axis", 0), data.rank());
  LayerSpec& layer = t.layer();
  layer.axes = {static_cast<std::int64_t>(axis)};
  const Contents* contents = t.node().contents(1);
  const auto* indices = contents ? std::get_if<Integers>(contents) : nullptr;
  if (indices && indices->size() == 1 && !t.is_constant(0)) {
    const std::int64_t index = indices->front() + (indices->front() < 0 ? data[axis] : 0);
    if (index < 0 || index >= data[axis]) {
      throw Fault("expected an index below " + std::to_string(data[axis]) + ", got " +
                  std::to_string(indices->front()));
    }
    t.op("slice");
    layer.begin = {index};
    layer.end = {index + 1};
    layer.shape = t.out_shape();
    t.take(0);
    return;
  }
  t.op("gather");
  t.take(0, t.is_constant(0) ? Role::kWeights : Role::kOperand);  // a table of embeddings
  t.take(1);
}

void with_stated_shape(Translation& t, const char* op) {
  t.op(op);
  t.layer().shape = t.out_shape();
  t.take_all();
}

void gather_nd(Translation& t) { with_stated_shape(t, "gather_nd"); }
void scatter_nd(Translation& t) { with_stated_shape(t, "scatter_nd"); }
void one_hot(Translation& t) {
  t.op("one_hot");
  t.layer().shape = t.out_shape();
  t.take(0);
}

void repeated(Translation& t, const char* op) {
  t.op(op);
  t.layer().shape = t.out_shape();
  t.take(0);
}

void tile(Translation& t) { repeated(t, "tile"); }
void expand(Translation& t) { repeated(t, "broadcast_to"); }

void depth_to_space(Translation& t) {
  if (t.shape(0).rank() != 4) throw Fault("expected an input of 4 dimensions, got " + t.shape(0).text());
  t.op(t.node().op() == "DepthToSpace" ? "depth_to_space" : "space_to_depth");
  t.layer().block = t.node().integer("blocksize", 1);
  t.take(0);
}

void range(Translation& t) {
  t.op("range");
  t.layer().shape = t.out_shape();
  t.take_all();
}

// Boxes (batch x boxes x 4), scores (batch x classes x boxes), and bounds, which count little. How many boxes stay
// depends on data. Taken are as many of each image as the third operand lets stay of one class; of several classes as
// many may stay each, which no detector means by it.
void non_max_suppression(Translation& t) {
  t.op("non_max_suppression");
  Shape out;
  if (t.out().shape) {
    out = *t.out().shape;
  } else {
    const Shape& scores = t.shape(1);
    if (scores.rank() != 3) throw Fault("expected scores of batch x classes x boxes, got " + scores.text());
    const auto most = t.has(2) ? t.node().integers_of(2, "number of boxes that stay") : Integers{0};
    const std::int64_t boxes = std::min(most.empty() ? 0 : most.front(), scores[2]);
    if (boxes < 1) throw Fault("expected at least one box to stay, got " + std::to_string(boxes));
    const auto rows = bounded_product({scores[0], boxes});
    if (!rows) throw Fault("the boxes exceed " + limit_text());
    out = {*rows, 3};
  }
  t.layer().shape = out;
  t.take(0);
  t.take(1);
}

// The PULP tool chain's requantisation (DORY, Deeploy; NEMO's integer layers before them): x factor + summand per
// channel, divided by a power of two, clipped to as many levels.
void requant_shift(Translation& t) {
  const Shape& x = t.shape(0);
  t.op("requantize");
  t.take(0);
  for (const std::size_t i : {1, 2}) {
    if (!t.has(i)) continue;
    const Shape& given = t.shape(i);
    Shape per_channel = given;
    // One per channel, said without the dimensions of pixels.
    if (given.rank() == 1 && x.rank() > 2 && given[0] == x[1] && given[0] > 1) {
      while (per_channel.rank() + 1 < x.rank()) per_channel.sizes().push_back(1);
    }
    if (t.is_constant(i)) {
      t.take_as(i, per_channel);
    } else {
      t.take(i);
    }
  }
  const auto* levels =
      t.node().attribute("n_levels") ? t.node().attribute("n_levels") : t.node().attribute("n_levels_out");
  const double number = !levels ? 256.0 : levels->has_i() ? static_cast<double>(levels->i()) : 256.0;
  const ElementType type = t.stored_type(0);
  const bool wide = type == ElementType::kInt32 || type == ElementType::kInt16 || type == ElementType::kInt64;
  if (wide && number <= 256.0 && t.out().data_type == 0) {
    t.layer().type = t.node().integer("signed", 1) != 0 ? ElementType::kInt8 : ElementType::kUint8;
  }
}

const bool rules_movement_registered = register_rules({
    {"Reshape", view},
    {"Flatten", view},
    {"Squeeze", view},
    {"Unsqueeze", view},
    {"Identity", identity},
    {"Dropout", dropout},
    {"Transpose", transpose},
    {"Concat", concat},
    {"Split", split},
    {"Slice", slice},
    {"Pad", pad},
    {"Gather", gather},
    {"GatherND", gather_nd},
    {"GatherElements", gather_nd},
    {"ScatterND", scatter_nd},
    {"ScatterElements", scatter_nd},
    {"Scatter", scatter_nd},
    {"OneHot", one_hot},
    {"Tile", tile},
    {"Expand", expand},
    {"DepthToSpace", depth_to_space},
    {"SpaceToDepth", depth_to_space},
    {"Range", range},
    {"NonMaxSuppression", non_max_suppression},
    {"com.microsoft.QLinearConcat", quantized_concat},
    {"*.RequantShift", requant_shift},
});

}  // namespace
}  // namespace subvolt::network::from_onnx
