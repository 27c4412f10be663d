// Elements picked by their places, and places by elements.
//
//   gather      data[:axis] + indices + data[axis + 1:]; with batch dimensions, which the stated shape tells, they
//               come once (TFLite GATHER, ONNX Gather)
//   gather_nd, scatter_nd   the shape of the output is stated
//   top_k       `sizes: [k]` along `axes`, default the last dimension; outputs: values and their places
#include "sim/network/bounded.h"
#include "sim/network/operators/operands.h"

namespace subvolt::network {
namespace {

bool may_be_index(ElementType type) { return type == ElementType::kInt32 || type == ElementType::kInt64; }

// Data first. Inputs come before constants, so with one of each the types decide which is which: a constant is the
// table of an embedding when the input can be an index and the constant cannot, or when the file calls it weights.
bool constant_is_data(const LayerDraft& draft, const std::vector<Operand>& all) {
  if (draft.inputs() != 1) return false;
  return draft.spec().constants.front().role == Role::kWeights ||
         (may_be_index(all[0].type) && !may_be_index(all[1].type));
}

bool infer_gather(LayerDraft& draft) {
  const auto all = take_operands(draft, 2, 2);
  if (!all) return false;
  const bool swapped = constant_is_data(draft, *all);
  const Operand& data = (*all)[swapped ? 1 : 0];
  const Shape& indices = (*all)[swapped ? 0 : 1].shape;
  const auto axis = resolve_axis(draft, data.shape.rank(), 0);
  if (!axis) return false;
  Shape out = spliced(data.shape, *axis, indices.sizes(), *axis + 1);
  if (const auto stated = stated_shape(draft)) {
    // As many leading dimensions of both as agree may be batches.
    for (std::size_t batches = 1; out != *stated && batches <= *axis && batches <= indices.rank(); ++batches) {
      if (data.shape[batches - 1] != indices[batches - 1]) break;
      const auto& sizes = indices.sizes();
      const std::vector<std::int64_t> rest(sizes.begin() + std::ptrdiff_t(batches), sizes.end());
      const Shape candidate = spliced(data.shape, *axis, rest, *axis + 1);
      if (candidate == *stated) out = candidate;
    }
  }
  return draft.output(out, data.type);
}

bool infer_gather_nd(LayerDraft& draft) {
  const auto all = take_operands(draft, 2, 2);
  if (!all) return false;
  return stated_output(draft, 0, (*all)[constant_is_data(draft, *all) ? 1 : 0].type);
}

// Indices and updates (TFLite), or data, indices and updates (ONNX).
bool infer_scatter_nd(LayerDraft& draft) {
  const auto all = take_operands(draft, 2, 3);
  if (!all) return false;
  if (all->size() == 3 && !stated_shape(draft)) return draft.output(all->front().shape, all->front().type);
  return stated_output(draft, 0, all->size() == 3 ? all->front().type : all->back().type);
}

bool infer_top_k(LayerDraft& draft) {
  const auto x = take_operand(draft);
  if (!x) return false;
  const auto axis = resolve_axis(draft, x->shape.rank(), -1);
  if (!axis) return false;
  const std::vector<std::int64_t>& sizes = draft.spec().sizes;
  const std::int64_t all = x->shape[*axis];
  if (sizes.size() != 1 || sizes.front() < 1 || sizes.front() > all) {
    return draft.fail(
        "sizes", "expected one size from 1 to " + std::to_string(all) + ", such as sizes: [1], got " + text_of(sizes));
  }
  if (stated_outputs(draft) != 2) {
    return draft.fail("outputs",
                      "expected two outputs, values and places, got " + std::to_string(stated_outputs(draft)));
  }
  Shape out = x->shape;
  out[*axis] = sizes.front();
  return draft.output(out, x->type) && draft.output(out, ElementType::kInt32) &&
         draft.element_operations({x->shape.elements()});
}

// Indices, and possibly depth and the two values, which are scalars or pairs.
bool infer_one_hot(LayerDraft& draft) {
  const auto all = take_operands(draft, 1, 4);
  if (!all || !stated_output(draft)) return false;
  const Shape& indices = all->front().shape;
  const Shape& out = draft.outputs().front().shape;
  return (out.rank() == indices.rank() + 1 && out.elements() % indices.elements() == 0) ||
         draft.fail("shape", "expected the dimensions of " + indices.text() + " and one more, got " + out.text());
}

const bool index_registered = register_operators({
    {"gather", "slices along a dimension, by index", Form::kMove, 1, 2, {"axes", "shape"}, infer_gather},
    {"gather_nd", "slices by tuples of indices", Form::kMove, 1, 2, {"shape"}, infer_gather_nd},
    {"scatter_nd", "slices put at tuples of indices", Form::kMove, 1, 3, {"shape"}, infer_scatter_nd},
    {"top_k", "the largest along a dimension and their places", Form::kMove, 1, 1, {"axes", "sizes"}, infer_top_k},
    {"one_hot", "vectors with one element set", Form::kMove, 1, 4, {"shape"}, infer_one_hot},
});

}  // namespace
}  // namespace subvolt::network
