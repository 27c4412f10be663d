// Matrix products in disguise: with vectors, with batches in other places, with integers that are scaled behind.
//
// Sources: ONNX operator MatMul (as numpy.matmul); ONNX Runtime, docs/ContribOperators.md.
#include <algorithm>

#include "sim/network/onnx/compositions/composition.h"
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

std::optional<Body> fused_gemm(const Node& node) {
  Body body(node.inputs());
  Body::Tensors inputs = {Body::in(0), Body::in(1)};
  if (node.has(2)) inputs.push_back(Body::in(2));
  const std::string y = body.add("Gemm", inputs, "product");
  for (const char* name : {"transA", "transB", "alpha", "beta"}) body.with(node.attribute(name));
  body.result(0, body.activated(y, node.text("activation", "")));
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

const bool compose_matrix_registered = register_compositions({
    {"MatMul", matmul},
    {"MatMulInteger", matmul},
    {"QLinearMatMul", qlinear_matmul},
    {"com.microsoft.FusedMatMul", fused_matmul},
    {"com.microsoft.TransposeMatMul", fused_matmul},
    {"com.microsoft.FusedGemm", fused_gemm},
    {"com.microsoft.GemmFastGelu", gemm_fast_gelu},
    {"com.microsoft.MatMulIntegerToFloat", integers_to_real},
    {"com.microsoft.DynamicQuantizeMatMul", quantized_while_running},
});

}  // namespace
}  // namespace subvolt::network::from_onnx
