// The same elements at other places, or in another shape.
#include "sim/network/tflite/translation.h"

namespace subvolt::network::tflite {
namespace {

bool view(Translation& t) {
  t.layer().op = Operator("reshape");
  t.layer().shape = t.stated_shape(0, t.operand(0).shape.elements());
  t.take(0);
  return true;
}

// The result's shape is all that there is to know.
bool shaped(Translation& t, const char* op) {
  t.layer().op = Operator(op);
  t.layer().shape = t.stated_shape();
  t.take(0);
  return true;
}

bool transpose(Translation& t) {
  t.layer().op = Operator("transpose");
  t.layer().order = t.integers(1);
  t.take(0);
  return true;
}

bool reverse(Translation& t) {
  t.layer().axes = t.integers(1);
  t.layer().op = Operator(t.layer().axes.empty() ? "identity" : "reverse");
  t.take(0);
  return true;
}

template <class Options>
bool blocks(Translation& t, const char* op) {
  t.layer().op = Operator(op);
  t.layer().block = t.need<Options>().block_size();
  t.take(0);
  return true;
}

bool gather(Translation& t) {
  const auto* options = t.options<format::GatherOptions>();
  LayerSpec& layer = t.layer();
  layer.op = Operator("gather");
  layer.axes = {options ? options->axis() : 0};
  layer.shape = t.stated_shape();
  t.take(0, Role::kWeights);
  t.take(1);
  return true;
}

// Operands: indices, table.
bool embedding_lookup(Translation& t) {
  LayerSpec& layer = t.layer();
  layer.op = Operator("gather");
  layer.axes = {0};
  layer.shape = t.stated_shape();
  t.take(1, Role::kWeights);
  t.take(0);
  return true;
}

bool gather_nd(Translation& t) {
  t.layer().op = Operator("gather_nd");
  t.layer().shape = t.stated_shape();
  t.take(0, Role::kWeights);
  t.take(1);
  return true;
}

// Operands: indices, updates, and the shape of the result.
bool scatter_nd(Translation& t) {
  t.layer().op = Operator("scatter_nd");
  t.layer().shape = t.stated_shape();
  t.take(0);
  t.take(1);
  return true;
}

// Operands: indices, depth, value of the one, value of the others.
bool one_hot(Translation& t) {
  t.layer().op = Operator("one_hot");
  t.layer().shape = t.stated_shape();
  t.take(0);
  t.take(2);
  t.take(3);
  return true;
}

bool top_k(Translation& t) {
  t.layer().op = Operator("top_k");
  t.layer().sizes = {t.integer(1)};
  t.take(0);
  return true;
}

// Operands: shape of the result, value.
bool fill(Translation& t) {
  t.layer().op = Operator("fill");
  t.layer().shape = t.stated_shape();
  t.take(1);
  return true;
}

bool zeros_like(Translation& t) {
  t.layer().op = Operator("fill");
  t.layer().shape = t.stated_shape();
  return true;
}

bool range(Translation& t) {
  t.layer().op = Operator("range");
  t.layer().shape = t.stated_shape();
  t.take_all();
  return true;
}

bool shape_of(Translation& t) {
  t.layer().op = Operator("shape_of");
  t.layer().type = t.result().type;
  t.take(0);
  return true;
}

// Zeros that were left out come back: the same constant.
bool densify(Translation& t) {
  t.layer().op = Operator("identity");
  t.take(0);
  return true;
}

const bool move_registered = register_translations({
    {"RESHAPE", view},
    {"SQUEEZE", view},
    {"EXPAND_DIMS", view},
    {"RESIZE_BILINEAR", [](Translation& t) { return shaped(t, "resize_bilinear"); }},
    {"RESIZE_NEAREST_NEIGHBOR", [](Translation& t) { return shaped(t, "resize_nearest"); }},
    {"TILE", [](Translation& t) { return shaped(t, "tile"); }},
    {"BROADCAST_TO", [](Translation& t) { return shaped(t, "broadcast_to"); }},
    {"SPACE_TO_BATCH_ND", [](Translation& t) { return shaped(t, "space_to_batch"); }},
    {"BATCH_TO_SPACE_ND", [](Translation& t) { return shaped(t, "batch_to_space"); }},
    {"SPACE_TO_DEPTH", [](Translation& t) { return blocks<format::SpaceToDepthOptions>(t, "space_to_depth"); }},
    {"DEPTH_TO_SPACE", [](Translation& t) { return blocks<format::DepthToSpaceOptions>(t, "depth_to_space"); }},
    {"TRANSPOSE", transpose},
    {"REVERSE_V2", reverse},
    {"GATHER", gather},
    {"EMBEDDING_LOOKUP", embedding_lookup},
    {"GATHER_ND", gather_nd},
    {"SCATTER_ND", scatter_nd},
    {"ONE_HOT", one_hot},
    {"TOPK_V2", top_k},
    {"FILL", fill},
    {"ZEROS_LIKE", zeros_like},
    {"RANGE", range},
    {"SHAPE", shape_of},
    {"DENSIFY", densify},
});

}  // namespace
}  // namespace subvolt::network::tflite
