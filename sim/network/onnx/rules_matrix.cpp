// Products of matrices: with constant weights a fully connected layer, else a batched product.
#include "sim/network/onnx/fault.h"
#include "sim/network/onnx/translation.h"

namespace subvolt::network::from_onnx {
namespace {

constexpr std::size_t kNone = 99;  // an input that no file has

// x [..., K] with constant weights of K x N, or N x K.
void fully_connected(Translation& t, std::size_t x, std::size_t weights, std::int64_t channels, std::size_t bias) {
  t.op("fully_connected");
  t.layer().channels = channels;
  t.layer().keep_dims = true;
  t.take(x);
  t.take_weights(weights);
  t.take_bias(bias);
}

// A bias of any shape that stretches, behind a product without one.
void add_behind(Translation& t, std::size_t c) {
  t.next_layer("/product");
  t.op("add");
  t.take(c);
}

void product(Translation& t, std::size_t a, std::size_t b, bool transpose_a, bool transpose_b) {
  t.op("batch_matmul");
  LayerSpec& layer = t.layer();
  // Constants stand behind inputs: with a constant in front the transposed product is the same work.
  if (t.is_constant(a)) {
    if (t.shape(a).rank() != 2 || t.shape(b).rank() != 2) return translate_unknown(t);
    layer.transpose_a = !transpose_b;
    layer.transpose_b = !transpose_a;
    layer.shape = t.out_shape();
    t.take(b);
    t.take(a);
    return;
  }
  layer.transpose_a = transpose_a;
  layer.transpose_b = transpose_b;
  t.take(a);
  t.take(b);
}

// Without the dimension of size 1 that numpy adds to a vector, and takes away again.
void matrix_product(Translation& t, std::size_t a, std::size_t b) {
  const Shape& left = t.shape(a);
  const Shape& right = t.shape(b);
  if (left.rank() < 1 || right.rank() < 1) throw Fault("expected tensors, got a scalar");
  const bool weights = t.is_constant(b) && !t.is_constant(a);
  if (weights && right.rank() == 2 && left[left.rank() - 1] == right[0]) {
    return fully_connected(t, a, b, right[1], kNone);
  }
  if (weights && right.rank() == 1) {
    fully_connected(t, a, b, 1, kNone);
    t.layer().shape = t.out_shape();
    return;
  }
  if (left.rank() < 2 || right.rank() < 2) return translate_unknown(t);
  product(t, a, b, false, false);
}

void matmul(Translation& t) { matrix_product(t, 0, 1); }

// a, a's scale and zero point, b, b's scale and zero point, the output's scale and zero point.
void qlinear_matmul(Translation& t) {
  matrix_product(t, 0, 3);
  t.layer().quantization = t.quantization(6, 7);
  for (Constant& constant : t.layer().constants) constant.quantization = t.quantization(4, 5);
}

// alpha A B + beta C; alpha and beta belong into the constants.
void gemm(Translation& t) {
  const bool transpose_a = t.node().integer("transA", 0) != 0;
  const bool transpose_b = t.node().integer("transB", 0) != 0;
  const Shape& left = t.shape(0);
  const Shape& right = t.shape(1);
  if (left.rank() != 2 || right.rank() != 2) {
    throw Fault("expected two matrices, got " + left.text() + " and " + right.text());
  }
  const std::int64_t channels = right[transpose_b ? 0 : 1];
  const bool bias_fits = !t.has(2) || (t.is_constant(2) && t.shape(2).elements() == channels &&
                                       (t.shape(2).rank() == 0 || t.shape(2).channels() == channels));
  if (t.is_constant(1) && !t.is_constant(0) && !transpose_a) {
    if (left[1] != right[transpose_b ? 1 : 0]) {
      throw Fault("expected matrices that fit, got " + left.text() + " and " + right.text());
    }
    fully_connected(t, 0, 1, channels, bias_fits ? 2 : kNone);
    if (!bias_fits) add_behind(t, 2);
    return;
  }
  product(t, 0, 1, transpose_a, transpose_b);
  if (t.has(2)) add_behind(t, 2);
}

// ONNX Runtime's product with transposed operands.
void fused_matmul(Translation& t) {
  if (t.shape(0).rank() < 2 || t.shape(1).rank() < 2) return translate_unknown(t);
  if (t.node().integer("transBatchA", 0) != 0 || t.node().integer("transBatchB", 0) != 0) return translate_unknown(t);
  product(t, 0, 1, t.node().integer("transA", 0) != 0, t.node().integer("transB", 0) != 0);
}

// Equations of two operands that are a batched product: bmk,bkn->bmn, with any letters and transposed operands.
void einsum(Translation& t) {
  std::string equation;
  for (const char c : t.node().text("equation", "")) {
    if (c != ' ') equation += c;
  }
  const std::size_t comma = equation.find(','), arrow = equation.find("->");
  if (comma == equation.npos || arrow == equation.npos || arrow < comma || t.node().inputs() != 2) {
    return translate_unknown(t);
  }
  const std::string a = equation.substr(0, comma);
  const std::string b = equation.substr(comma + 1, arrow - comma - 1);
  const std::string out = equation.substr(arrow + 2);
  if (a.size() < 2 || a.size() != b.size() || a.size() != out.size() || a.find('.') != a.npos) {
    return translate_unknown(t);
  }
  const std::size_t lead = a.size() - 2;
  const std::string batch = out.substr(0, lead);
  const char m = out[lead], n = out[lead + 1];
  const bool transpose_a = a[lead + 1] == m;
  const bool transpose_b = b[lead] == n;
  const char k_of_a = a[transpose_a ? lead : lead + 1];
  const char k_of_b = b[transpose_b ? lead + 1 : lead];
  const bool good = a.substr(0, lead) == batch && b.substr(0, lead) == batch && k_of_a == k_of_b &&
                    (transpose_a || a[lead] == m) && (transpose_b || b[lead + 1] == n) && m != n && k_of_a != m &&
                    k_of_a != n;
  if (!good) return translate_unknown(t);
  product(t, 0, 1, transpose_a, transpose_b);
}

const bool registered = register_rules({
    {"MatMul", matmul},
    {"MatMulInteger", matmul},
    {"QLinearMatMul", qlinear_matmul},
    {"Gemm", gemm},
    {"Einsum", einsum},
    {"com.microsoft.FusedMatMul", fused_matmul},
});

}  // namespace
}  // namespace subvolt::network::from_onnx
