// Operators on constants, computed while reading: what shapes, indices, axes and bounds are made of.
#pragma once

#include <optional>
#include <vector>

#include "sim/network/onnx/node.h"

namespace subvolt::network::from_onnx {

struct Folded {
  Shape shape;
  Contents contents;
};

// One result per output; nothing when a value is not known, when there are too many, or for an operator that is not
// computed here. `types` are the outputs' as far as inferred.
std::optional<std::vector<Folded>> fold(const Node& node, const std::vector<TypeInfo>& types);

// The parts, by kind of operator.
std::optional<std::vector<Folded>> fold_elementwise(const Node& node, const std::vector<TypeInfo>& types);
std::optional<std::vector<Folded>> fold_movement(const Node& node, const std::vector<TypeInfo>& types);
std::optional<std::vector<Folded>> fold_making(const Node& node, const std::vector<TypeInfo>& types);

inline std::optional<std::vector<Folded>> one(Shape shape, Contents contents) {
  return std::vector<Folded>{{std::move(shape), std::move(contents)}};
}

// Elements of `source` at these places.
Contents picked(const Contents& source, const std::vector<std::size_t>& places);

}  // namespace subvolt::network::from_onnx
