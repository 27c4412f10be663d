// Elements of constants at other places.
#include <algorithm>

#include "sim/network/onnx/fault.h"
#include "sim/network/onnx/fold/fold.h"

namespace subvolt::network::from_onnx {
namespace {

using Integers = std::vector<std::int64_t>;
using Result = std::optional<std::vector<Folded>>;

// How far apart neighbours along each dimension lie.
Integers strides_of(const Shape& shape) {
  Integers strides(shape.rank(), 1);
  for (std::size_t i = shape.rank(); i > 1; --i) strides[i - 2] = strides[i - 1] * shape[i - 1];
  return strides;
}

// Places of the elements of `out` in a source: first + sum of index x step by dimension.
std::vector<std::size_t> places(const Shape& out, std::int64_t first, const Integers& steps) {
  std::vector<std::size_t> result;
  const std::int64_t elements = out.elements();
  result.reserve(static_cast<std::size_t>(elements));
  Integers index(out.rank(), 0);
  std::int64_t place = first;
  for (std::int64_t i = 0; i < elements; ++i) {
    result.push_back(static_cast<std::size_t>(place));
    for (std::size_t d = out.rank(); d > 0; --d) {
      place += steps[d - 1];
      if (++index[d - 1] < out[d - 1]) break;
      place -= steps[d - 1] * out[d - 1];
      index[d - 1] = 0;
    }
  }
  return result;
}

bool small(const Shape& shape) { return shape.elements() <= kMostDecoded; }

Result transpose(const Node& node) {
  const Shape& in = node.shape(0);
  Integers order = node.integers("perm").value_or(Integers());
  if (order.empty()) {
    for (std::size_t i = in.rank(); i > 0; --i) order.push_back(std::int64_t(i) - 1);
  }
  if (order.size() != in.rank()) return std::nullopt;
  const Integers strides = strides_of(in);
  Shape out;
  Integers steps;
  for (const std::int64_t from : order) {
    const std::size_t axis = checked_axis(from, in.rank());
    out.sizes().push_back(in[axis]);
    steps.push_back(strides[axis]);
  }
  if (!small(out)) return std::nullopt;
  return one(out, picked(*node.contents(0), places(out, 0, steps)));
}

Result gather(const Node& node) {
  const Shape& data = node.shape(0);
  const Shape& indices = node.shape(1);
  const auto* at = std::get_if<Integers>(node.contents(1));
  if (!at || data.rank() == 0) return std::nullopt;
  const std::size_t axis = checked_axis(node.integer("axis", 0), data.rank());
  Integers sizes(data.sizes().begin(), data.sizes().begin() + std::ptrdiff_t(axis));
  sizes.insert(sizes.end(), indices.sizes().begin(), indices.sizes().end());
  sizes.insert(sizes.end(), data.sizes().begin() + std::ptrdiff_t(axis) + 1, data.sizes().end());
  const Shape out = checked_shape(std::move(sizes));
  if (!small(out)) return std::nullopt;
  std::int64_t outer = 1, inner = 1;
  for (std::size_t i = 0; i < data.rank(); ++i) {
    if (i < axis) outer *= data[i];
    if (i > axis) inner *= data[i];
  }
  std::vector<std::size_t> from;
  for (std::int64_t o = 0; o < outer; ++o) {
    for (const std::int64_t index : *at) {
      const std::int64_t place = index < 0 ? index + data[axis] : index;
      if (place < 0 || place >= data[axis]) {
        throw Fault("index " + std::to_string(index) + " is outside of " + data.text() + " along dimension " +
                    std::to_string(axis));
      }
      for (std::int64_t i = 0; i < inner; ++i) from.push_back(std::size_t((o * data[axis] + place) * inner + i));
    }
  }
  return one(out, picked(*node.contents(0), from));
}

Result concat(const Node& node) {
  const Shape& first = node.shape(0);
  const std::size_t axis = checked_axis(node.integer("axis", 1), first.rank());
  Shape out = first;
  std::int64_t outer = 1;
  for (std::size_t i = 0; i < axis; ++i) outer *= first[i];
  out[axis] = 0;
  for (std::size_t i = 0; i < node.inputs(); ++i) {
    if (node.shape(i).rank() != first.rank() || node.contents(i)->index() != node.contents(0)->index()) {
      return std::nullopt;
    }
    out[axis] += node.shape(i)[axis];
  }
  if (!small(out)) return std::nullopt;
  return std::visit(
      [&](const auto& like) -> Result {
        std::decay_t<decltype(like)> all;
        for (std::int64_t o = 0; o < outer; ++o) {
          for (std::size_t i = 0; i < node.inputs(); ++i) {
            const auto& part = std::get<std::decay_t<decltype(like)>>(*node.contents(i));
            const std::int64_t length = std::int64_t(part.size()) / std::max<std::int64_t>(outer, 1);
            all.insert(all.end(), part.begin() + o * length, part.begin() + (o + 1) * length);
          }
        }
        if (std::int64_t(all.size()) != out.elements()) return std::nullopt;
        return one(out, Contents(std::move(all)));
      },
      *node.contents(0));
}

// Begin and number of elements of a slice of a dimension (ONNX Slice).
std::int64_t cut(std::int64_t& begin, std::int64_t end, std::int64_t step, std::int64_t size) {
  const auto from_end = [&](std::int64_t at) { return at < 0 ? at + size : at; };
  const std::int64_t least = step > 0 ? 0 : -1;
  const std::int64_t most = step > 0 ? size : size - 1;
  begin = std::clamp<std::int64_t>(from_end(begin), step > 0 ? 0 : 0, most);
  end = std::clamp<std::int64_t>(from_end(end), least, most);
  const std::int64_t span = step > 0 ? end - begin : begin - end;
  if (span <= 0) return 0;
  const std::int64_t pace = step > 0 ? step : step <= -size ? size : -step;
  return (span - 1) / pace + 1;
}

Result slice(const Node& node) {
  const Shape& in = node.shape(0);
  const bool operands = node.opset() >= 10;
  Integers begin = operands ? node.integers_of(1, "starts") : node.integers("starts").value_or(Integers());
  const Integers end = operands ? node.integers_of(2, "ends") : node.integers("ends").value_or(Integers());
  Integers axes, steps(begin.size(), 1);
  if (operands && node.has(3)) axes = node.integers_of(3, "axes");
  if (!operands) axes = node.integers("axes").value_or(Integers());
  if (operands && node.has(4)) steps = node.integers_of(4, "steps");
  if (axes.empty()) {
    for (std::size_t i = 0; i < begin.size(); ++i) axes.push_back(std::int64_t(i));
  }
  if (end.size() != begin.size() || axes.size() != begin.size() || steps.size() != begin.size()) return std::nullopt;
  const Integers strides = strides_of(in);
  Shape out = in;
  Integers pace = strides;
  std::int64_t first = 0;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::size_t axis = checked_axis(axes[i], in.rank());
    if (steps[i] == 0) throw Fault("expected a step other than 0");
    out[axis] = cut(begin[i], end[i], steps[i], in[axis]);
    first += begin[i] * strides[axis];
    pace[axis] = out[axis] > 1 ? steps[i] * strides[axis] : 0;
  }
  return one(out, picked(*node.contents(0), places(out, first, pace)));
}

// Expand, and Tile by way of twice as many dimensions.
Result expand(const Node& node, const Shape& out) {
  const Shape& in = node.shape(0);
  if (in.rank() > out.rank() || !small(out)) return std::nullopt;
  const Integers strides = strides_of(in);
  const std::size_t lead = out.rank() - in.rank();
  Integers steps(out.rank(), 0);
  for (std::size_t i = 0; i < in.rank(); ++i) {
    if (in[i] != 1 && in[i] != out[lead + i]) return std::nullopt;
    steps[lead + i] = in[i] == 1 ? 0 : strides[i];
  }
  return one(out, picked(*node.contents(0), places(out, 0, steps)));
}

Result tile(const Node& node, const Shape& out) {
  const Shape& in = node.shape(0);
  if (in.rank() != out.rank() || !small(out)) return std::nullopt;
  const Integers strides = strides_of(in);
  Shape split;
  Integers steps;
  for (std::size_t i = 0; i < in.rank(); ++i) {
    if (in[i] == 0 || out[i] % in[i] != 0) return std::nullopt;
    split.sizes().insert(split.sizes().end(), {out[i] / in[i], in[i]});
    steps.insert(steps.end(), {0, strides[i]});
  }
  return one(out, picked(*node.contents(0), places(split, 0, steps)));
}

Result split(const Node& node, const std::vector<TypeInfo>& types) {
  const Shape& in = node.shape(0);
  const std::size_t axis = checked_axis(node.integer("axis", 0), in.rank());
  const Integers strides = strides_of(in);
  std::vector<Folded> parts;
  std::int64_t at = 0;
  for (const TypeInfo& type : types) {
    if (!type.shape || type.shape->rank() != in.rank()) return std::nullopt;
    const std::int64_t size = (*type.shape)[axis];
    Shape out = in;
    out[axis] = size;
    if (at + size > in[axis]) return std::nullopt;
    parts.push_back({out, picked(*node.contents(0), places(out, at * strides[axis], strides))});
    at += size;
  }
  return parts;
}

// Places of the elements that are not zero, one line per dimension.
Result non_zero(const Node& node) {
  const Shape& in = node.shape(0);
  const Integers strides = strides_of(in);
  Integers found;
  std::visit(
      [&](const auto& values) {
        for (std::size_t i = 0; i < values.size(); ++i) {
          if (values[i] != 0) found.push_back(std::int64_t(i));
        }
      },
      *node.contents(0));
  Integers all;
  for (std::size_t d = 0; d < in.rank(); ++d) {
    for (const std::int64_t place : found) all.push_back(place / strides[d] % in[d]);
  }
  return one({std::int64_t(in.rank()), std::int64_t(found.size())}, std::move(all));
}

}  // namespace

Result fold_movement(const Node& node, const std::vector<TypeInfo>& types) {
  const std::string& op = node.op();
  if (!node.has(0) || types.empty()) return std::nullopt;
  const auto& shape = types[0].shape;
  const bool view = op == "Reshape" || op == "Squeeze" || op == "Unsqueeze" || op == "Flatten" || op == "Identity";
  if (view && shape) return one(*shape, *node.contents(0));
  if (op == "Transpose") return transpose(node);
  if (op == "Gather" && node.has(1)) return gather(node);
  if (op == "Concat") return concat(node);
  if (op == "Slice") return slice(node);
  if (op == "Expand" && shape) return expand(node, *shape);
  if (op == "Tile" && shape && node.opset() >= 6) return tile(node, *shape);
  if (op == "Split") return split(node, types);
  if (op == "NonZero") return non_zero(node);
  return std::nullopt;
}

}  // namespace subvolt::network::from_onnx
