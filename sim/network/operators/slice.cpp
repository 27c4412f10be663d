// Parts of a tensor, and more around it.
//
// slice, per axis with d elements (ONNX Slice, TFLite STRIDED_SLICE): begin and end count from the end when negative,
// then are clamped to 0 .. d, or to 0 .. d - 1 and -1 .. d - 1 when the step is negative; ceil((end - begin) / step)
// elements stay. An end in front of the first element is written as -(d + 1).
#include <algorithm>

#include "sim/network/bounded.h"
#include "sim/network/operators/operands.h"

namespace subvolt::network {
namespace {

bool check_lengths(LayerDraft& draft, Attributes& a, std::size_t rank) {
  if (a.axes.empty()) {
    for (std::size_t i = 0; i < std::min(rank, a.begin.size()); ++i) a.axes.push_back(std::int64_t(i));
  }
  if (a.step.empty()) a.step.assign(a.begin.size(), 1);
  if (a.begin.empty() || a.begin.size() != a.end.size() || a.begin.size() != a.step.size() ||
      a.begin.size() != a.axes.size()) {
    return draft.fail("begin", "expected as many of begin, end and step as of axes, got begin " + text_of(a.begin) +
                                   ", end " + text_of(a.end) + ", step " + text_of(a.step) + " and axes " +
                                   text_of(a.axes));
  }
  return true;
}

std::int64_t from_end(std::int64_t place, std::int64_t size) { return place < 0 ? place + size : place; }

// Resolves one axis and returns how many elements stay.
std::int64_t cut(std::int64_t& begin, std::int64_t& end, std::int64_t step, std::int64_t size) {
  begin = from_end(begin, size);
  end = from_end(end, size);
  if (step > 0) {
    begin = std::clamp<std::int64_t>(begin, 0, size);
    end = std::clamp<std::int64_t>(end, 0, size);
    return end <= begin ? 0 : (end - begin - 1) / step + 1;
  }
  begin = std::clamp<std::int64_t>(begin, 0, size - 1);
  end = std::clamp<std::int64_t>(end, -1, size - 1);
  const std::int64_t stay = end >= begin ? 0 : step < -size ? 1 : (begin - end - 1) / -step + 1;
  if (end < 0) end = -(size + 1);
  return stay;
}

bool infer_slice(LayerDraft& draft) {
  const auto x = take_operand(draft);
  if (!x) return false;
  Attributes& a = draft.layer().attributes;
  const Shape& in = x->shape;
  if (!check_lengths(draft, a, in.rank()) || !resolve_axes(draft, in.rank(), {})) return false;
  Shape out = in;
  for (std::size_t i = 0; i < a.axes.size(); ++i) {
    const auto axis = std::size_t(a.axes[i]);
    if (a.step[i] == 0) return draft.fail("step", "expected steps other than 0, got " + text_of(a.step));
    out[axis] = cut(a.begin[i], a.end[i], a.step[i], in[axis]);
    if (out[axis] < 1) {
      return draft.fail("end", "expected at least one element of the " + std::to_string(in[axis]) + " in dimension " +
                                   std::to_string(axis) + ", got none from " + std::to_string(draft.spec().begin[i]) +
                                   " to " + std::to_string(draft.spec().end[i]));
    }
  }
  return draft.output(out, x->type);
}

bool infer_pad(LayerDraft& draft) {
  const auto all = take_operands(draft, 1, 2);  // the value may come as a constant
  if (!all) return false;
  const Operand& x = all->front();
  if (all->size() > 1 && (*all)[1].shape.elements() != 1) {
    return draft.fail("constants", "expected a scalar to pad with, got " + (*all)[1].shape.text());
  }
  Attributes& a = draft.layer().attributes;
  const std::size_t rank = x.shape.rank();
  if (a.before.empty() && !a.after.empty()) a.before.assign(a.after.size(), 0);
  if (a.after.empty() && !a.before.empty()) a.after.assign(a.before.size(), 0);
  if (a.before.size() != rank || a.after.size() != rank) {
    return draft.fail("before", "expected before and after for each of the " + std::to_string(rank) +
                                    " dimensions of " + x.shape.text() + ", got " + text_of(draft.spec().before) +
                                    " and " + text_of(draft.spec().after));
  }
  Shape out = x.shape;
  for (std::size_t i = 0; i < rank; ++i) {
    for (const std::int64_t pad : {a.before[i], a.after[i]}) {
      if (pad < 0 || pad > kMaxSize) {
        return draft.fail("before", "expected sizes from 0 to " + grouped(kMaxSize) + ", got " + std::to_string(pad));
      }
      out[i] += pad;
    }
  }
  return draft.output(out, x.type);
}

const bool slice_registered = register_operators({
    {"slice",
     "part of a tensor, with steps",
     Form::kMove,
     1,
     1,
     {"axes", "begin", "end", "step", "shape"},
     infer_slice},
    {"pad", "elements of one value around a tensor", Form::kMove, 1, 2, {"before", "after"}, infer_pad},
    {"mirror_pad", "a tensor's own elements around it", Form::kMove, 1, 1, {"before", "after"}, infer_pad},
});

}  // namespace
}  // namespace subvolt::network
