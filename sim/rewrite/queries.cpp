#include "sim/rewrite/queries.h"

#include <algorithm>

namespace subvolt::rewrite {
namespace {

bool is_any(const Node& node, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) { return node.is(name); });
}

}  // namespace

bool is_depthwise(const Node& node) {
  return is_any(node, {"depthwise_conv2d", "depthwise_conv1d", "depthwise_conv3d"});
}

bool has_channels(const Node& node) {
  return is_depthwise(node) || is_any(node, {"conv2d", "conv1d", "conv3d", "transposed_conv2d", "transposed_conv1d",
                                             "transposed_conv3d", "fully_connected"});
}

bool is_pool(const Node& node) {
  return is_any(node, {"average_pool", "max_pool", "l2_pool", "average_pool1d", "max_pool1d", "l2_pool1d",
                       "average_pool3d", "max_pool3d", "l2_pool3d"});
}

bool only_moves(const Node& node) {
  if (node.inputs.size() != 1 || node.outputs.size() != 1 || !node.spec.constants.empty()) return false;
  return is_any(node, {"reshape", "identity", "transpose", "slice", "depth_to_space", "space_to_depth",
                       "channel_shuffle", "tile", "broadcast_to", "reverse"});
}

bool has_constant_weights(const Node& node) { return node.inputs.size() == 1; }

std::int64_t output_channels(const Editor& editor, const Node& node) {
  if (node.spec.channels) return *node.spec.channels;
  return editor.tensor(node.output()).shape.channels();
}

bool mixes_constants_with_inputs(const Node& node) {
  return is_any(node,
                {"add", "sub", "mul", "div", "squared_difference", "minimum", "maximum", "pack", "concat", "where"});
}

const network::Constant* constant_operand(const Node& node) {
  if (node.inputs.size() != 1) return nullptr;
  const network::Constant* found = nullptr;
  for (const network::Constant& c : node.spec.constants) {
    if (c.role != network::Role::kOperand) continue;
    if (found) return nullptr;
    found = &c;
  }
  return found;
}

bool has_scalar_operand(const Node& node) {
  const network::Constant* c = constant_operand(node);
  return c && c->elements() == 1;
}

bool is_float(const Editor& editor, TensorId id) { return network::is_float(editor.tensor(id).type); }

bool same_encoding(const network::Tensor& a, const network::Tensor& b) {
  if (a.type != b.type) return false;
  return network::is_float(a.type) || a.quantization == b.quantization;
}

std::size_t dimension(std::int64_t axis, std::size_t rank) {
  return static_cast<std::size_t>(axis < 0 ? axis + static_cast<std::int64_t>(rank) : axis);
}

std::optional<LayerId> only_follower(const Editor& editor, LayerId layer) {
  const Node& node = editor.at(layer);
  if (node.outputs.size() != 1) return std::nullopt;
  const auto reader = editor.sole_reader(node.output());
  if (!reader || editor.at(*reader).inputs.size() != 1 || editor.at(*reader).outputs.size() != 1) return std::nullopt;
  return reader;
}

}  // namespace subvolt::rewrite
