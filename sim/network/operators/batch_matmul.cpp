// Products of matrices that are both computed: attention.
//
//   a [..., M, K] x b [..., K, N] -> [..., M, N]     leading dimensions stretch as in numpy; MACs = batches M K N
//
// With heads h > 1 an operand whose heads lie side by side in its last dimension is seen as h times as many batches
// of 1/h of the columns:
//
//   queries x keys       4x256x64 with 4x256x64, transpose_b, heads 4 -> 16x256x256
//   scores x values      16x256x256 with 4x256x64, heads 4            -> 4x256x64: the first operand is split
//                                                                        already, so the result merges again
#include <utility>

#include "sim/network/bounded.h"
#include "sim/network/operators/operands.h"

namespace subvolt::network {
namespace {

struct Matrices {
  Shape lead;  // sizes of the batches
  std::int64_t rows = 1, columns = 1;
};

Matrices matrices_of(const Shape& shape) {
  const std::size_t lead = shape.rank() - 2;
  return {spliced(shape, lead, {}, shape.rank()), shape[lead], shape[lead + 1]};
}

Shape with_heads(const Shape& lead, std::int64_t heads) {
  Shape result = lead.rank() == 0 ? Shape{1} : lead;
  result.sizes().back() *= heads;  // both at most 2^31
  return result;
}

bool split_columns(LayerDraft& draft, const char* which, Matrices& m, std::int64_t heads) {
  if (m.columns % heads != 0) {
    return draft.fail("heads", "expected a divisor of the " + std::to_string(m.columns) + " columns of the " + which +
                                   " operand, got " + std::to_string(heads));
  }
  m.columns /= heads;
  m.lead = with_heads(m.lead, heads);
  return true;
}

bool infer_batch_matmul(LayerDraft& draft) {
  const auto all = take_operands(draft, 2, 2);
  if (!all) return false;
  const Attributes& attributes = draft.spec();
  const std::int64_t heads = attributes.heads;
  if (heads < 1 || heads > kMaxSize) {
    return draft.fail("heads", "expected heads from 1 to " + grouped(kMaxSize) + ", got " + std::to_string(heads));
  }
  const Shape& a_shape = (*all)[0].shape;
  const Shape& b_shape = (*all)[1].shape;
  if (a_shape.rank() < 2 || b_shape.rank() < 2) {
    return draft.fail("inputs",
                      "expected two matrices or batches of them, got " + a_shape.text() + " and " + b_shape.text());
  }
  Matrices a = matrices_of(a_shape);
  Matrices b = matrices_of(b_shape);
  const Shape merged = b.lead;
  const bool split_already = heads > 1 && a.lead == with_heads(b.lead, heads);
  if (heads > 1) {
    if (!split_already && !split_columns(draft, "first", a, heads)) return false;
    if (!split_columns(draft, "second", b, heads)) return false;
  }
  if (attributes.transpose_a) std::swap(a.rows, a.columns);
  if (attributes.transpose_b) std::swap(b.rows, b.columns);
  const auto lead = broadcast(a.lead, b.lead);
  if (!lead || (heads > 1 && a.lead != b.lead) || a.columns != b.rows) {
    return draft.fail("inputs", "expected [..., M, K] and [..., K, N], got " + a_shape.text() +
                                    (attributes.transpose_a ? " (transposed)" : "") + " and " + b_shape.text() +
                                    (attributes.transpose_b ? " (transposed)" : "") +
                                    (heads > 1 ? " with " + std::to_string(heads) + " heads" : ""));
  }
  Shape out = spliced(*lead, lead->rank(), {a.rows, b.columns}, lead->rank());
  std::int64_t batches = 1;
  for (std::int64_t size : lead->sizes()) {
    const auto product = bounded_product({batches, size});
    if (!product) return draft.fail("inputs", "the batches exceed " + limit_text());
    batches = *product;
  }
  if (split_already) out = spliced(merged, merged.rank(), {a.rows, b.columns * heads}, merged.rank());
  return draft.output(out, (*all)[0].type) && draft.macs({batches, a.rows, a.columns, b.columns});
}

const bool batch_matmul_registered = register_operators({
    {"batch_matmul",
     "products of matrices, batch by batch",
     Form::kArray,
     1,
     2,
     {"transpose_a", "transpose_b", "heads", "shape", "activation"},
     infer_batch_matmul},
});

}  // namespace
}  // namespace subvolt::network
