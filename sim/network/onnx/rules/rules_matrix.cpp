// Products of matrices: with constant weights a fully connected layer, else a batched product.
#include "sim/network/onnx/fault.h"
#include "sim/network/onnx/translation.h"
#include "sim/network/operators/operands.h"

namespace subvolt::network::from_onnx {
namespace {

constexpr std::size_t kNone = 99;  // an input that no file has

using Sizes = std::vector<std::int64_t>;

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
    const Shape& left = t.shape(a);
    const Shape& right = t.shape(b);
    layer.transpose_a = !transpose_b;
    layer.transpose_b = !transpose_a;
    const auto lead = [](const Shape& shape) { return Shape(Sizes(shape.sizes().begin(), shape.sizes().end() - 2)); };
    const auto batches = broadcast(lead(left), lead(right));
    if (!batches) throw Fault("expected matrices that fit, got " + left.text() + " and " + right.text());
    Shape out = *batches;
    out.sizes().push_back(left[left.rank() - (transpose_a ? 1 : 2)]);
    out.sizes().push_back(right[right.rank() - (transpose_b ? 2 : 1)]);
    layer.shape = out;
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

// ONNX Runtime's product with transposed operands; other forms of it are a composition.
void fused_matmul(Translation& t) {
  const bool transpose_a = t.node().integer("transA", 0) != 0, transpose_b = t.node().integer("transB", 0) != 0;
  if (!transpose_a && !transpose_b) return matrix_product(t, 0, 1);
  if (t.shape(0).rank() < 2 || t.shape(1).rank() < 2) throw Fault("expected matrices, got vectors");
  product(t, 0, 1, transpose_a, transpose_b);
}

// a, b, c with scales and zero points of a and b in between, those of the result behind: without them it is real.
void quantized_gemm(Translation& t) {
  const bool transpose_a = t.node().integer("transA", 0) != 0;
  const bool transpose_b = t.node().integer("transB", 0) != 0;
  constexpr std::size_t kA = 0, kB = 3, kC = 6;
  const Shape& left = t.shape(kA);
  const Shape& right = t.shape(kB);
  if (left.rank() != 2 || right.rank() != 2) {
    throw Fault("expected two matrices, got " + left.text() + " and " + right.text());
  }
  if (t.is_constant(kB) && !t.is_constant(kA) && !transpose_a) {
    if (left[1] != right[transpose_b ? 1 : 0]) {
      throw Fault("expected matrices that fit, got " + left.text() + " and " + right.text());
    }
    const std::int64_t channels = right[transpose_b ? 0 : 1];
    const bool bias = t.is_constant(kC) && t.shape(kC).elements() == channels;
    fully_connected(t, kA, kB, channels, bias ? kC : kNone);
    for (Constant& constant : t.layer().constants) {
      if (constant.role == Role::kWeights) constant.quantization = t.quantization(4, 5);
    }
    if (t.has(kC) && !bias) add_behind(t, kC);
  } else {
    product(t, kA, kB, transpose_a, transpose_b);
    if (t.has(kC)) add_behind(t, kC);
  }
  if (t.has(7)) {
    t.layer().quantization = t.quantization(7, 8);
  } else {
    t.layer().type = ElementType::kFp32;
  }
}

// x [..., K] with weights of few bits, N x K of them in blocks that share a scale, and a bias. The scales belong to the
// weights, as those of other quantised weights do.
void few_bits(Translation& t) {
  const Node& node = t.node();
  const std::int64_t channels = node.integer("N", 0), inputs = node.integer("K", 0), width = node.integer("bits", 4);
  const Shape& in = t.shape(0);
  if (in.rank() < 1 || in.channels() != inputs || channels < 1 || !t.is_constant(1) ||
      (width != 2 && width != 4 && width != 8)) {
    throw Fault("expected an input of " + std::to_string(inputs) + " channels, constant weights and 2, 4 or 8 bits");
  }
  if (t.has(5) && !t.is_constant(5)) return translate_unknown(t);
  t.op("fully_connected");
  LayerSpec& layer = t.layer();
  layer.channels = channels;
  layer.keep_dims = true;
  t.take(0);
  t.take(1, Role::kWeights);
  Constant& weights = layer.constants.back();
  weights.shape = {channels, inputs};
  weights.type = width == 2 ? ElementType::kInt2 : width == 4 ? ElementType::kInt4 : ElementType::kInt8;
  weights.zeros.reset();  // those of packed bytes
  layer.weight_type = weights.type;
  t.take_bias(5);
}

const bool rules_matrix_registered = register_rules({
    {"MatMul", matmul},
    {"MatMulInteger", matmul},
    {"QLinearMatMul", qlinear_matmul},
    {"Gemm", gemm},
    {"com.microsoft.QGemm", quantized_gemm},
    {"com.microsoft.MatMulNBits", few_bits},
    {"com.microsoft.FusedMatMul", fused_matmul},
    {"com.microsoft.TransposeMatMul", fused_matmul},
});

}  // namespace
}  // namespace subvolt::network::from_onnx
