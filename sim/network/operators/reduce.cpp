// Operators that make one number of all elements along some dimensions: one element operation per input element.
//
// No axes means all dimensions (ONNX: ReduceMean and its like; TFLite states them always).
#include <algorithm>

#include "sim/network/operators/operands.h"

namespace subvolt::network {
namespace {

Shape reduced(const Shape& x, const std::vector<std::int64_t>& axes, bool keep_dims) {
  Shape result;
  for (std::size_t i = 0; i < x.rank(); ++i) {
    const bool gone = std::find(axes.begin(), axes.end(), std::int64_t(i)) != axes.end();
    if (gone && !keep_dims) continue;
    result.sizes().push_back(gone ? 1 : x[i]);
  }
  return result;
}

bool infer_reduction(LayerDraft& draft) {
  const auto x = take_operand(draft);
  if (!x) return false;
  Attributes& attributes = draft.layer().attributes;
  std::vector<std::int64_t> all(x->shape.rank());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = std::int64_t(i);
  if (!resolve_axes(draft, x->shape.rank(), all)) return false;
  std::sort(attributes.axes.begin(), attributes.axes.end());
  return draft.output(reduced(x->shape, attributes.axes, attributes.keep_dims), x->type) &&
         draft.element_operations({x->shape.elements()});
}

bool infer_arg(LayerDraft& draft) {
  const auto x = take_operand(draft);
  if (!x || !resolve_axis(draft, x->shape.rank(), -1)) return false;
  const Attributes& attributes = draft.layer().attributes;
  return draft.output(reduced(x->shape, attributes.axes, attributes.keep_dims), ElementType::kInt32) &&
         draft.element_operations({x->shape.elements()});
}

bool infer_cumsum(LayerDraft& draft) {
  const auto x = take_operand(draft);
  return x && resolve_axis(draft, x->shape.rank()) && draft.output(x->shape, x->type) &&
         draft.element_operations({x->shape.elements()});
}

OperatorDefinition reduction(std::string name, std::string summary) {
  return {std::move(name), std::move(summary), Form::kVector, 1, 1, {"axes", "keep_dims"}, infer_reduction};
}

const bool reduce_registered = register_operators({
    reduction("mean", "mean along dimensions"),
    reduction("reduce_sum", "sum along dimensions"),
    reduction("reduce_max", "largest along dimensions"),
    reduction("reduce_min", "smallest along dimensions"),
    reduction("reduce_prod", "product along dimensions"),
    reduction("reduce_l2", "Euclidean length along dimensions"),
    {"arg_max", "place of the largest along a dimension", Form::kVector, 1, 1, {"axes", "keep_dims"}, infer_arg},
    {"arg_min", "place of the smallest along a dimension", Form::kVector, 1, 1, {"axes", "keep_dims"}, infer_arg},
    {"cumsum", "running sum along a dimension", Form::kVector, 1, 1, {"axes"}, infer_cumsum},
});

}  // namespace
}  // namespace subvolt::network
