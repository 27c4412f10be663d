#include "sim/network/onnx/fold/fold.h"

namespace subvolt::network::from_onnx {

namespace {

std::optional<std::vector<Folded>> compute(const Node& node, const std::vector<TypeInfo>& types) {
  if (!node.domain().empty()) return std::nullopt;
  for (const TypeInfo& type : types) {
    if (type.shape && type.shape->elements() > kMostDecoded) return std::nullopt;
  }
  if (auto made = fold_making(node, types)) return made;
  for (std::size_t i = 0; i < node.inputs(); ++i) {
    if (node.has(i) && !node.contents(i)) return std::nullopt;
  }
  if (auto moved = fold_movement(node, types)) return moved;
  return fold_elementwise(node, types);
}

}  // namespace

std::optional<std::vector<Folded>> fold(const Node& node, const std::vector<TypeInfo>& types) {
  auto results = compute(node, types);
  // A damaged operator may have more outputs than it can.
  if (results && results->size() != types.size()) return std::nullopt;
  return results;
}

Contents picked(const Contents& source, const std::vector<std::size_t>& places) {
  return std::visit(
      [&](const auto& values) -> Contents {
        std::decay_t<decltype(values)> result;
        result.reserve(places.size());
        for (const std::size_t place : places) result.push_back(values.at(place));
        return result;
      },
      source);
}

}  // namespace subvolt::network::from_onnx
