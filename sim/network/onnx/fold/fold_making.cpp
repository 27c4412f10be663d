// Constants made from shapes or from a few values.
#include <algorithm>
#include <cmath>

#include "sim/network/onnx/fault.h"
#include "sim/network/onnx/fold/fold.h"

namespace subvolt::network::from_onnx {
namespace {

using Integers = std::vector<std::int64_t>;

// Dimensions start .. end of the input (since opset 15; all before).
std::optional<std::vector<Folded>> shape_of_input(const Node& node) {
  if (!node.has(0) || !node.input(0).has_shape()) return std::nullopt;
  const Integers& sizes = node.shape(0).sizes();
  const auto rank = static_cast<std::int64_t>(sizes.size());
  const auto place = [&](std::int64_t at) { return std::clamp<std::int64_t>(at < 0 ? at + rank : at, 0, rank); };
  const std::int64_t begin = place(node.integer("start", 0));
  const std::int64_t end = std::max(begin, place(node.integer("end", rank)));
  Integers part(sizes.begin() + begin, sizes.begin() + end);
  return one({end - begin}, std::move(part));
}

// Larger ones, above all of real numbers, stand for weights that somebody took out: nothing is computed with them.
constexpr std::int64_t kMostFilled = 1 << 16;
constexpr std::int64_t kMostFilledReals = 64;

std::optional<std::vector<Folded>> constant_of_shape(const Node& node, const TypeInfo& type) {
  if (!type.shape || type.shape->elements() > kMostFilled) return std::nullopt;
  const auto elements = static_cast<std::size_t>(type.shape->elements());
  const auto* value = node.attribute("value");
  const bool reals = !value || holds_reals(value->t().data_type());
  if (reals && type.shape->elements() > kMostFilledReals) return std::nullopt;
  if (!value) return one(*type.shape, std::vector<double>(elements, 0.0));
  const auto first = TensorData(value->t(), {}).contents();
  if (!first || size_of(*first) != 1) return std::nullopt;
  return one(*type.shape, picked(*first, std::vector<std::size_t>(elements, 0)));
}

template <class T>
std::optional<std::vector<Folded>> range(const Node& node) {
  T limits[3];
  for (std::size_t i = 0; i < 3; ++i) {
    const auto* values = node.contents(i) ? std::get_if<std::vector<T>>(node.contents(i)) : nullptr;
    if (!values || values->size() != 1) return std::nullopt;
    limits[i] = values->front();
  }
  const auto [start, limit, delta] = limits;
  if (delta == T{0}) throw Fault("expected a step other than 0");
  const double number =
      std::ceil((static_cast<double>(limit) - static_cast<double>(start)) / static_cast<double>(delta));
  if (!(number <= static_cast<double>(kMostDecoded))) return std::nullopt;
  std::vector<T> values;
  for (double i = 0; i < number; ++i) values.push_back(start + static_cast<T>(i) * delta);
  const auto size = static_cast<std::int64_t>(values.size());
  return one({size}, std::move(values));
}

}  // namespace

std::optional<std::vector<Folded>> fold_making(const Node& node, const std::vector<TypeInfo>& types) {
  const std::string& op = node.op();
  if (types.size() != 1) return std::nullopt;
  if (op == "Shape") return shape_of_input(node);
  if (op == "Size" && node.has(0) && node.input(0).has_shape()) return one({}, Integers{node.shape(0).elements()});
  if (op == "ConstantOfShape") return constant_of_shape(node, types[0]);
  if (op == "Range" && node.has(0)) {
    return holds_reals(node.input(0).type.data_type) ? range<double>(node) : range<std::int64_t>(node);
  }
  return std::nullopt;
}

}  // namespace subvolt::network::from_onnx
