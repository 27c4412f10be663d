#include "sim/network/operators/operands.h"

#include <algorithm>
#include <set>

#include "sim/network/bounded.h"

namespace subvolt::network {

std::vector<Operand> operands(const LayerDraft& draft) {
  std::vector<Operand> all;
  for (std::size_t i = 0; i < draft.inputs(); ++i) all.push_back({draft.in(i), draft.input(i).type});
  for (const Constant& constant : draft.spec().constants) all.push_back({constant.shape, constant.type});
  return all;
}

std::optional<std::vector<Operand>> take_operands(LayerDraft& draft, std::size_t least, std::size_t most) {
  auto all = operands(draft);
  if (all.size() < least || all.size() > most) {
    const std::string number = std::to_string(least) + (least == 1 ? " input" : " inputs") +
                               (most == least        ? ""
                                : most == kAnyNumber ? " or more"
                                                     : " to " + std::to_string(most));
    const std::size_t constants = all.size() - draft.inputs();
    draft.fail(constants > 0 ? "constants" : "inputs",
               to_text(draft.spec().op) + " takes " + number + (least == 2 ? ", such as inputs: [a, b]" : "") +
                   ", constants included, got " + std::to_string(draft.inputs()) +
                   (constants > 0 ? " and " + std::to_string(constants) + " constants" : ""));
    return std::nullopt;
  }
  draft.constants_as_stated();
  return all;
}

std::optional<Operand> take_operand(LayerDraft& draft) {
  const auto all = take_operands(draft, 1, 1);
  if (!all) return std::nullopt;
  return all->front();
}

bool need_input(LayerDraft& draft) {
  return draft.inputs() > 0 || draft.fail("inputs", to_text(draft.spec().op) + " needs an input, got none");
}

bool took_all_constants(LayerDraft& draft) {
  for (const Constant& stated : draft.spec().constants) {
    const auto same_role = [&](const Constant& constant) { return constant.role == stated.role; };
    const auto& all = draft.spec().constants;
    const auto& taken = draft.layer().constants;
    const auto wanted = std::count_if(all.begin(), all.end(), same_role);
    const auto got = std::count_if(taken.begin(), taken.end(), same_role);
    if (wanted > got) {
      const std::string role = config::FieldType<Role>::text(stated.role);
      return draft.fail("constants", "expected " + std::to_string(got) + " constants of the role " + role +
                                         " with these attributes, got " + std::to_string(wanted));
    }
  }
  return true;
}

bool resolve_axes(LayerDraft& draft, std::size_t rank, const std::vector<std::int64_t>& standard) {
  std::vector<std::int64_t>& axes = draft.layer().attributes.axes;
  if (axes.empty()) axes = standard;
  std::set<std::int64_t> seen;
  for (std::int64_t& axis : axes) {
    if (rank == 0) return draft.fail("axes", "a scalar has no dimensions, expected a tensor");
    const auto dimension = draft.dimension(axis, rank);
    if (!dimension) return false;
    axis = static_cast<std::int64_t>(*dimension);
    if (!seen.insert(axis).second) {
      return draft.fail("axes", "expected each dimension once, got " + std::to_string(axis) + " again");
    }
  }
  return true;
}

std::optional<std::size_t> resolve_axis(LayerDraft& draft, std::size_t rank, std::optional<std::int64_t> standard) {
  const std::vector<std::int64_t>& axes = draft.layer().attributes.axes;
  if (axes.size() > 1 || (axes.empty() && !standard)) {
    draft.fail("axes", to_text(draft.spec().op) + " works along one dimension, such as axes: [-1], got " +
                           (axes.empty() ? "none" : text_of(axes)));
    return std::nullopt;
  }
  if (!resolve_axes(draft, rank, standard ? std::vector<std::int64_t>{*standard} : std::vector<std::int64_t>())) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(axes.front());
}

std::optional<std::size_t> channel_dimension(LayerDraft& draft, const Shape& shape) {
  if (shape.rank() == 0) {
    draft.fail("inputs", to_text(draft.spec().op) + " works on channels, got a scalar");
    return std::nullopt;
  }
  if (draft.layout() == Layout::kChannelsLast || shape.rank() == 1) return shape.rank() - 1;
  return 1;
}

std::optional<Shape> broadcast(const Shape& a, const Shape& b) {
  const Shape& longer = a.rank() >= b.rank() ? a : b;
  const Shape& shorter = a.rank() >= b.rank() ? b : a;
  const std::size_t lead = longer.rank() - shorter.rank();
  Shape result = longer;
  for (std::size_t i = 0; i < shorter.rank(); ++i) {
    std::int64_t& size = result[lead + i];
    if (size != shorter[i] && size != 1 && shorter[i] != 1) return std::nullopt;
    size = std::max(size, shorter[i]);
  }
  return result;
}

Shape spliced(const Shape& a, std::size_t a_end, const std::vector<std::int64_t>& b, std::size_t a_from) {
  const auto& sizes = a.sizes();
  std::vector<std::int64_t> result(sizes.begin(), sizes.begin() + static_cast<std::ptrdiff_t>(a_end));
  result.insert(result.end(), b.begin(), b.end());
  if (a_from < sizes.size()) {
    result.insert(result.end(), sizes.begin() + static_cast<std::ptrdiff_t>(a_from), sizes.end());
  }
  return Shape(std::move(result));
}

std::optional<Shape> stated_shape(const LayerDraft& draft, std::size_t nth) {
  const LayerSpec& spec = draft.spec();
  if (nth < spec.outputs.size() && spec.outputs[nth].shape) return spec.outputs[nth].shape;
  return nth == 0 ? spec.shape : std::nullopt;
}

bool stated_output(LayerDraft& draft, std::size_t nth, std::optional<ElementType> type) {
  const auto shape = stated_shape(draft, nth);
  if (!shape) {
    const bool one = stated_outputs(draft) == 1;
    return draft.fail(one ? "shape" : "outputs",
                      to_text(draft.spec().op) + " needs the shape of its " +
                          (one ? "output" : "outputs, " + std::to_string(nth + 1) + " has none"));
  }
  return draft.output(*shape, type);
}

std::size_t stated_outputs(const LayerDraft& draft) { return std::max<std::size_t>(1, draft.spec().outputs.size()); }

std::string text_of(const std::vector<std::int64_t>& list) {
  std::string text = "[";
  for (std::int64_t value : list) text += (text.size() > 1 ? ", " : "") + std::to_string(value);
  return text + "]";
}

}  // namespace subvolt::network
