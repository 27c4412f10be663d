// Matrix products in disguise: with vectors, with batches in other places, with integers that are scaled behind.
//
// Sources: ONNX operator MatMul (as numpy.matmul); ONNX Runtime, docs/ContribOperators.md.
#include <numeric>

#include "sim/network/onnx/composition.h"
#include "sim/network/onnx/fault.h"

namespace subvolt::network::from_onnx {
namespace {

// numpy makes a matrix of a vector and takes the dimension away again.
std::optional<Body> with_vectors(const Node& node, const std::string& op, std::size_t a, std::size_t b) {
  const Shape& left = node.shape(a);
  const Shape& right = node.shape(b);
  if (left.rank() < 1 || right.rank() < 1) throw Fault("expected tensors, got a scalar");
  const bool row = left.rank() == 1, column = right.rank() == 1;
  const bool weights = node.input(b).constant && !node.input(a).constant;
  if ((!row && !column) || (weights && !row)) return std::nullopt;
  Body body(node.inputs());
  Body::Tensors inputs;
  for (std::size_t i = 0; i < node.inputs(); ++i) inputs.push_back(node.has(i) ? Body::in(i) : "");
  if (row) inputs[a] = body.reshape(Body::in(a), {1, left[0]}, "row");
  if (column) inputs[b] = body.reshape(Body::in(b), {right[0], 1}, "column");
  const std::string product = body.add(op, inputs, "product");
  const bool transpose_a = !row && node.integer("transA", 0) != 0,
             transpose_b = !column && node.integer("transB", 0) != 0;
  if (transpose_a) body.with("transA", 1);
  if (transpose_b) body.with("transB", 1);
  const auto lead = [](const Shape& shape) {
    return Body::Integers(shape.sizes().begin(), shape.sizes().end() - std::min<std::ptrdiff_t>(2, shape.rank()));
  };
  Body::Integers shape = lead(row ? right : left);
  if (!row) shape.push_back(left[left.rank() - (transpose_a ? 1 : 2)]);
  if (!column) shape.push_back(right[right.rank() - (transpose_b ? 2 : 1)]);
  body.result(0, body.reshape(product, shape, "vector"));
  return body;
}

std::optional<Body> matmul(const Node& node) { return with_vectors(node, node.op(), 0, 1); }
std::optional<Body> qlinear_matmul(const Node& node) { return with_vectors(node, node.op(), 0, 3); }

// Batches in dimensions 1 .. rank - 2, the matrix in the first and the last.
std::string batches_in_front(Body& body, const Node& node, std::size_t i, const char* attribute) {
  const std::size_t rank = node.shape(i).rank();
  if (node.integer(attribute, 0) == 0 || rank < 3) return Body::in(i);
  Body::Integers order;
  for (std::size_t d = 1; d + 1 < rank; ++d) order.push_back(static_cast<std::int64_t>(d));
  order.push_back(0);
  order.push_back(static_cast<std::int64_t>(rank) - 1);
  return body.transpose(Body::in(i), order, "batches_in_front");
}

std::optional<Body> fused_matmul(const Node& node) {
  const bool plain = node.integer("transBatchA", 0) == 0 && node.integer("transBatchB", 0) == 0;
  if (plain) return with_vectors(node, "com.microsoft.FusedMatMul", 0, 1);
  Body body(node.inputs());
  const std::string a = batches_in_front(body, node, 0, "transBatchA");
  const std::string b = batches_in_front(body, node, 1, "transBatchB");
  body.result(0, body.add("com.microsoft.FusedMatMul", {a, b}, "product"));
  body.with(node.attribute("transA")).with(node.attribute("transB"));
  return body;
}

// An activation by name behind x; its parameters cost nothing.
std::string activated(Body& body, const std::string& x, const std::string& activation) {
  return activation.empty() ? x : body.add(activation, {x}, "activation");
}

std::optional<Body> fused_gemm(const Node& node) {
  Body body(node.inputs());
  Body::Tensors inputs = {Body::in(0), Body::in(1)};
  if (node.has(2)) inputs.push_back(Body::in(2));
  const std::string y = body.add("Gemm", inputs, "product");
  for (const char* name : {"transA", "transB", "alpha", "beta"}) body.with(node.attribute(name));
  body.result(0, activated(body, y, node.text("activation", "")));
  return body;
}

// x, weights, bias.
std::optional<Body> gemm_fast_gelu(const Node& node) {
  Body body(node.inputs());
  std::string y = body.add("MatMul", {Body::in(0), Body::in(1)}, "product");
  if (node.has(2)) y = body.add("Add", {y, Body::in(2)}, "biased");
  body.result(0, body.add("com.microsoft.Gelu", {y}, "gelu"));
  return body;
}

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
  body.result(0, activated(body, sum, node.text("activation", "")));
  return body;
}

// The product of integers, as real numbers: scales of both, then a bias.
std::string scaled(Body& body, const Node& node, std::string y, const Body::Tensors& scales, std::size_t bias) {
  y = body.add("Cast", {y}, "real");
  body.with("to", onnx::TensorProto::FLOAT);
  for (const std::string& scale : scales) y = body.add("Mul", {y, scale}, "scaled");
  if (node.has(bias)) y = body.add("Add", {y, Body::in(bias)}, "biased");
  return y;
}

// a, b, their scales, their zero points, bias. Both scales are one factor.
std::optional<Body> integers_to_real(const Node& node) {
  Body body(node.inputs());
  Body::Tensors inputs = {Body::in(0), Body::in(1)};
  for (const std::size_t i : {4, 5}) inputs.push_back(node.has(i) ? Body::in(i) : "");
  const std::string y = body.add("MatMulInteger", inputs, "product");
  const std::string scale = body.add("Mul", {Body::in(2), Body::in(3)}, "scale");
  body.result(0, scaled(body, node, y, {scale}, 6));
  return body;
}

// a real a, b, b's scale and zero point, bias.
std::optional<Body> quantized_while_running(const Node& node) {
  Body body(node.inputs());
  const std::string a = body.add("DynamicQuantizeLinear", {Body::in(0)}, "quantized", 3);
  const std::string y =
      body.add("MatMulInteger", {a, Body::in(1), Body::output(a, 2), node.has(3) ? Body::in(3) : ""}, "product");
  const std::string scale = body.add("Mul", {Body::output(a, 1), Body::in(2)}, "scale");
  body.result(0, scaled(body, node, y, {scale}, 4));
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

const bool registered = register_compositions({
    {"MatMul", matmul},
    {"MatMulInteger", matmul},
    {"QLinearMatMul", qlinear_matmul},
    {"com.microsoft.FusedMatMul", fused_matmul},
    {"com.microsoft.TransposeMatMul", fused_matmul},
    {"com.microsoft.FusedGemm", fused_gemm},
    {"com.microsoft.GemmFastGelu", gemm_fast_gelu},
    {"com.microsoft.FusedConv", fused_conv},
    {"com.microsoft.MatMulIntegerToFloat", integers_to_real},
    {"com.microsoft.DynamicQuantizeMatMul", quantized_while_running},
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
