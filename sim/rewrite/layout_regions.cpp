#include "sim/rewrite/layout_regions.h"

#include <set>
#include <string_view>

#include "sim/rewrite/queries.h"

namespace subvolt::rewrite {
namespace {

using network::Shape;

bool named(const Node& node, const std::set<std::string_view>& names) { return names.count(node.spec.op->name) > 0; }

bool has_pixels(const Node& node) {
  static const std::set<std::string_view> names = {"conv2d",
                                                   "conv1d",
                                                   "depthwise_conv2d",
                                                   "depthwise_conv1d",
                                                   "transposed_conv2d",
                                                   "transposed_conv1d",
                                                   "conv3d",
                                                   "depthwise_conv3d",
                                                   "transposed_conv3d",
                                                   "average_pool",
                                                   "max_pool",
                                                   "l2_pool",
                                                   "average_pool1d",
                                                   "max_pool1d",
                                                   "l2_pool1d",
                                                   "average_pool3d",
                                                   "max_pool3d",
                                                   "l2_pool3d",
                                                   "batch_norm",
                                                   "instance_norm",
                                                   "group_norm",
                                                   "lrn",
                                                   "resize_bilinear",
                                                   "resize_nearest",
                                                   "resize_cubic",
                                                   "depth_to_space",
                                                   "space_to_depth",
                                                   "channel_shuffle"};
  return named(node, names);
}

// Along axes, whose number stays, or element by element.
bool works_in_any_order(const Node& node) {
  static const std::set<std::string_view> names = {
      "activation",  "clip",        "prelu",      "where",         "quantize",
      "dequantize",  "cast",        "identity",   "softmax",       "log_softmax",
      "l2_norm",     "cumsum",      "reverse",    "concat",        "split",
      "slice",       "pad",         "mirror_pad", "tile",          "abs",
      "neg",         "sqrt",        "rsqrt",      "exp",           "log",
      "sin",         "cos",         "floor",      "ceil",          "round",
      "square",      "erf",         "sign",       "reciprocal",    "logical_not",
      "add",         "sub",         "mul",        "div",           "floor_div",
      "mod",         "pow",         "minimum",    "maximum",       "squared_difference",
      "equal",       "not_equal",   "greater",    "greater_equal", "less",
      "less_equal",  "logical_and", "logical_or", "logical_xor",   "requantize",
      "tan",         "asin",        "acos",       "atan",          "sinh",
      "cosh",        "asinh",       "acosh",      "atanh",         "shrink",
      "is_nan",      "is_inf",      "bit_shift",  "bitwise_and",   "bitwise_or",
      "bitwise_xor", "bitwise_not"};
  static const std::set<std::string_view> reductions = {"mean",        "reduce_sum", "reduce_max", "reduce_min",
                                                        "reduce_prod", "reduce_l2",  "arg_max",    "arg_min"};
  return named(node, names) || (named(node, reductions) && node.spec.keep_dims);
}

}  // namespace

LayoutNeed layout_need(const Editor& editor, const Node& node) {
  if (node.inputs.empty() || node.outputs.empty()) return LayoutNeed::kNatural;
  const std::size_t rank = editor.tensor(node.output()).shape.rank();
  if (rank < 3) return LayoutNeed::kNatural;
  if (has_pixels(node)) return LayoutNeed::kPixels;
  if (!works_in_any_order(node)) return LayoutNeed::kNatural;
  bool one_rank = false;
  for (const TensorId id : node.inputs) one_rank = one_rank || editor.tensor(id).shape.rank() == rank;
  return one_rank ? LayoutNeed::kAny : LayoutNeed::kNatural;
}

std::size_t place_of(std::size_t i, std::size_t rank) {
  if (rank < 3 || i == 0) return i;
  return i == 1 ? rank - 1 : i - 1;
}

Shape channels_last(const Shape& natural) {
  Shape shape = natural;
  for (std::size_t i = 0; i < natural.rank(); ++i) shape[place_of(i, natural.rank())] = natural[i];
  return shape;
}

bool keeps_order(const Shape& natural, const std::vector<std::size_t>& place) {
  std::size_t next = 0;
  for (std::size_t i = 0; i < natural.rank(); ++i) {
    if (natural[i] == 1) continue;
    if (place[i] < next) return false;
    next = place[i];
  }
  return true;
}

bool keeps_order(const Shape& natural) {
  std::vector<std::size_t> place;
  for (std::size_t i = 0; i < natural.rank(); ++i) place.push_back(place_of(i, natural.rank()));
  return keeps_order(natural, place);
}

LayoutRegions::LayoutRegions(const Editor& editor) {
  const std::vector<LayerId> layers = editor.layers();
  std::size_t tensors = 0;
  for (const LayerId layer : layers) {
    for (const auto* ids : {&editor.at(layer).inputs, &editor.at(layer).outputs}) {
      for (const TensorId id : *ids) tensors = std::max(tensors, static_cast<std::size_t>(id) + 1);
    }
  }
  for (std::size_t i = 0; i < tensors; ++i) parent_.push_back(i);
  last_.assign(tensors, false);
  for (const LayerId layer : layers) {
    const Node& node = editor.at(layer);
    const LayoutNeed need = layout_need(editor, node);
    if (need == LayoutNeed::kNatural) continue;
    if (need == LayoutNeed::kPixels) {
      unite(node.input(), node.output());
      last_[find(static_cast<std::size_t>(node.output()))] = true;
      continue;
    }
    const std::size_t rank = editor.tensor(node.output()).shape.rank();
    for (const auto* ids : {&node.inputs, &node.outputs}) {
      for (const TensorId id : *ids) {
        if (editor.tensor(id).shape.rank() == rank) unite(id, node.output());
      }
    }
  }
}

std::size_t LayoutRegions::find(std::size_t i) const {
  while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
  return i;
}

void LayoutRegions::unite(TensorId a, TensorId b) {
  const std::size_t x = find(static_cast<std::size_t>(a)), y = find(static_cast<std::size_t>(b));
  const bool last = last_[x] || last_[y];
  parent_[x] = y;
  last_[y] = last;
}

}  // namespace subvolt::rewrite
