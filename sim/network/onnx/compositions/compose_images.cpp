// Operators of ONNX Runtime on images: channels last, or with more behind than ONNX's own have.
//
// Source: ONNX Runtime, docs/ContribOperators.md.
#include <numeric>

#include "sim/network/onnx/compositions/composition.h"
#include "sim/network/onnx/fault.h"

namespace subvolt::network::from_onnx {
namespace {

// A convolution with a tensor of the shape of its result that is added before the activation.
std::optional<Body> fused_conv(const Node& node) {
  if (!node.has(3)) return std::nullopt;
  Body body(node.inputs());
  Body::Tensors inputs = {Body::in(0), Body::in(1)};
  if (node.has(2)) inputs.push_back(Body::in(2));
  const std::string y = body.add("Conv", inputs, "convolution");
  for (const char* name : {"auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"}) {
    body.with(node.attribute(name));
  }
  const std::string sum = body.add("Add", {y, Body::in(3)}, "sum");
  body.result(0, body.activated(sum, node.text("activation", "")));
  return body;
}

// Images channels last between transposes, which rewriting takes away again.
std::optional<Body> channels_last(const Node& node, const std::string& op, const std::vector<const char*>& attributes) {
  const std::size_t rank = node.shape(0).rank();
  if (rank < 3) throw Fault("expected an image, got " + node.shape(0).text());
  Body::Integers first(rank), last(rank);
  std::iota(first.begin(), first.end(), std::int64_t{-1});
  first[0] = 0;
  first[1] = static_cast<std::int64_t>(rank) - 1;
  for (std::size_t i = 2; i < rank; ++i) first[i] = static_cast<std::int64_t>(i) - 1;
  for (std::size_t i = 0; i < rank; ++i) last[static_cast<std::size_t>(first[i])] = static_cast<std::int64_t>(i);
  Body body(node.inputs());
  Body::Tensors inputs = {body.transpose(Body::in(0), first, "channels_first")};
  for (std::size_t i = 1; i < node.inputs(); ++i) inputs.push_back(node.has(i) ? Body::in(i) : "");
  const std::string y = body.add(op, inputs, "on_channels_first");
  for (const char* name : attributes) body.with(node.attribute(name));
  body.result(0, body.transpose(y, last, "channels_last"));
  return body;
}

const std::vector<const char*>& window_attributes() {
  static const std::vector<const char*> all = {
      "auto_pad", "dilations",         "group",     "kernel_shape", "pads",
      "strides",  "count_include_pad", "ceil_mode", "activation",   "activation_params"};
  return all;
}

std::optional<Body> nhwc_conv(const Node& node) {
  return channels_last(node, "com.microsoft.FusedConv", window_attributes());
}
std::optional<Body> nhwc_max_pool(const Node& node) { return channels_last(node, "MaxPool", window_attributes()); }

// Operators with an attribute that says how the image lies.
std::optional<Body> either_layout(const Node& node) {
  if (node.integer("channels_last", 0) == 0) return std::nullopt;
  return channels_last(node, "com.microsoft." + node.op(), window_attributes());
}

// Groups of channels, channels last unless said otherwise; then x sigmoid(x) when told so.
std::optional<Body> group_norm(const Node& node) {
  if (node.integer("channels_last", 1) == 0) {
    Body body(node.inputs());
    const std::string y = body.add("GroupNormalization", {Body::in(0), Body::in(1), Body::in(2)}, "normalized");
    body.with("num_groups", node.integer("groups", 1));
    body.result(0, node.integer("activation", 0) == 0 ? y : body.add("Swish", {y}, "activation"));
    return body;
  }
  const Shape& in = node.shape(0);
  if (in.rank() != 4) throw Fault("expected an image of 4 dimensions, got " + in.text());
  Body body(node.inputs());
  const std::string x = body.transpose(Body::in(0), {0, 3, 1, 2}, "channels_first");
  std::string y = body.add("GroupNormalization", {x, Body::in(1), Body::in(2)}, "normalized");
  body.with("num_groups", node.integer("groups", 1));
  if (node.integer("activation", 0) != 0) y = body.add("Swish", {y}, "activation");
  body.result(0, body.transpose(y, {0, 2, 3, 1}, "channels_last"));
  return body;
}

const bool compose_images_registered = register_compositions({
    {"com.microsoft.FusedConv", fused_conv},
    {"com.microsoft.NhwcConv", nhwc_conv},
    {"com.microsoft.NhwcFusedConv", nhwc_conv},
    {"com.microsoft.NhwcMaxPool", nhwc_max_pool},
    {"com.microsoft.QLinearConv", either_layout},
    {"com.microsoft.QLinearAveragePool", either_layout},
    {"com.microsoft.QLinearGlobalAveragePool", either_layout},
    {"com.microsoft.GroupNorm", group_norm},
});

}  // namespace
}  // namespace subvolt::network::from_onnx
