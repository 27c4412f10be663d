// Operators that are read as others that make them up: what ONNX defines by a function body, what ONNX Runtime's
// optimiser fused, and what is a matrix product in disguise. Their shapes, MACs and who runs them follow from the
// parts.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/network/onnx/compositions/body.h"
#include "sim/network/onnx/node.h"

namespace subvolt::network::from_onnx {

// The parts, or nothing where this operator is to be translated by its rule. Throws Fault for what is wrong in the
// file.
using Composition = std::optional<Body> (*)(const Node& node);

// Call at namespace scope, as register_rules (translation.h).
bool register_compositions(std::vector<std::pair<std::string, Composition>> compositions);
std::optional<Body> parts_of(const Node& node);

// The name under which rules and compositions know an operator: "Conv", "com.microsoft.FusedConv".
std::string full_name(const Node& node);

}  // namespace subvolt::network::from_onnx
