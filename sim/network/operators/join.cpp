// Several tensors into one, one into several.
#include <numeric>

#include "sim/network/bounded.h"
#include "sim/network/operators/operands.h"

namespace subvolt::network {
namespace {

// A constant may be stored in fewer bits than the floating-point tensors that it joins: dequantised while it is read.
bool one_element_type(LayerDraft& draft, const std::vector<Operand>& all) {
  const ElementType type = all.front().type;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool stored = i >= draft.inputs() && draft.inputs() > 0 && is_float(type) &&
                        (is_integer(all[i].type) || is_float(all[i].type));
    if (all[i].type != type && !stored) {
      return draft.fail("inputs",
                        "expected operands of one type, got " + to_text(type) + " and " + to_text(all[i].type));
    }
  }
  return true;
}

// Equal in every dimension but that of the axis.
bool fit(const Shape& a, const Shape& b, std::size_t axis) {
  if (a.rank() != b.rank()) return false;
  for (std::size_t i = 0; i < a.rank(); ++i) {
    if (i != axis && a[i] != b[i]) return false;
  }
  return true;
}

bool infer_concat(LayerDraft& draft) {
  const auto all = take_operands(draft, 1, kAnyNumber);
  if (!all || !one_element_type(draft, *all)) return false;
  Shape out = all->front().shape;
  const auto axis = resolve_axis(draft, out.rank());
  if (!axis) return false;
  for (std::size_t i = 1; i < all->size(); ++i) {
    const Shape& next = (*all)[i].shape;
    if (!fit(out, next, *axis)) {
      return draft.fail("inputs", "expected shapes that differ in dimension " + std::to_string(*axis) + " only, got " +
                                      all->front().shape.text() + " and " + next.text());
    }
    out[*axis] += next[*axis];  // at most 4096 sizes below 2^31
  }
  return draft.output(out, all->front().type);
}

bool infer_pack(LayerDraft& draft) {
  const auto all = take_operands(draft, 1, kAnyNumber);
  if (!all || !one_element_type(draft, *all)) return false;
  const Shape& each = all->front().shape;
  for (const Operand& operand : *all) {
    if (operand.shape != each) {
      return draft.fail("inputs",
                        "expected operands of one shape, got " + each.text() + " and " + operand.shape.text());
    }
  }
  const auto axis = resolve_axis(draft, each.rank() + 1);
  return axis && draft.output(spliced(each, *axis, {std::int64_t(all->size())}, *axis), all->front().type);
}

bool infer_unpack(LayerDraft& draft) {
  const auto x = take_operand(draft);
  if (!x) return false;
  const auto axis = resolve_axis(draft, x->shape.rank());
  if (!axis) return false;
  const std::size_t outputs = stated_outputs(draft);
  if (x->shape[*axis] != std::int64_t(outputs)) {
    return draft.fail("outputs", "expected " + std::to_string(x->shape[*axis]) + " outputs, the size of dimension " +
                                     std::to_string(*axis) + ", got " + std::to_string(outputs));
  }
  const Shape each = spliced(x->shape, *axis, {}, *axis + 1);
  for (std::size_t i = 0; i < outputs; ++i) {
    if (!draft.output(each, x->type)) return false;
  }
  return true;
}

// Sizes along the axis: as stated, one of them possibly -1 for the rest; equal ones where none are.
bool resolve_sizes(LayerDraft& draft, std::int64_t whole) {
  std::vector<std::int64_t>& sizes = draft.layer().attributes.sizes;
  const auto outputs = std::int64_t(stated_outputs(draft));
  if (sizes.empty()) {
    if (whole % outputs != 0) {
      return draft.fail("outputs", "expected a number of outputs that divides " + std::to_string(whole) + ", got " +
                                       std::to_string(outputs));
    }
    sizes.assign(std::size_t(outputs), whole / outputs);
  }
  std::int64_t sum = 0, rests = 0;
  for (std::int64_t size : sizes) {
    if (size < -1 || size == 0 || size > kMaxSize) {
      return draft.fail(
          "sizes", "expected sizes from 1 to " + grouped(kMaxSize) + ", or one of -1, got " + std::to_string(size));
    }
    rests += size < 0 ? 1 : 0;
    sum += size < 0 ? 0 : size;
  }
  if (rests == 1 && sum < whole) {
    for (std::int64_t& size : sizes) size = size < 0 ? whole - sum : size;
    sum = whole;
    rests = 0;
  }
  if (rests > 0 || sum != whole || std::int64_t(sizes.size()) != outputs) {
    return draft.fail("sizes", "expected " + std::to_string(outputs) + " sizes, one per output, that add up to " +
                                   std::to_string(whole) + ", got " + text_of(draft.spec().sizes));
  }
  return true;
}

bool infer_split(LayerDraft& draft) {
  const auto x = take_operand(draft);
  if (!x) return false;
  const auto axis = resolve_axis(draft, x->shape.rank());
  if (!axis || !resolve_sizes(draft, x->shape[*axis])) return false;
  for (std::int64_t size : draft.layer().attributes.sizes) {
    if (!draft.output(spliced(x->shape, *axis, {size}, *axis + 1), x->type)) return false;
  }
  return true;
}

const bool join_registered = register_operators({
    {"concat",
     "tensors one behind the other along a dimension",
     Form::kMove,
     1,
     kAnyNumber,
     {"axes", "activation"},
     infer_concat},
    {"pack", "tensors side by side along a new dimension", Form::kMove, 1, kAnyNumber, {"axes"}, infer_pack},
    {"split", "parts of a tensor along a dimension", Form::kMove, 1, 1, {"axes", "sizes"}, infer_split},
    {"unpack", "slices of a tensor along a dimension, which goes", Form::kMove, 1, 1, {"axes"}, infer_unpack},
});

}  // namespace
}  // namespace subvolt::network
