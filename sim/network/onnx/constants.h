// Operators whose operands are all constants have constant results, known or not: they are no part of a run.
#pragma once

#include <optional>
#include <vector>

#include "sim/network/onnx/node.h"

namespace subvolt::network::from_onnx {

// The results; nothing for an operator that has to run: one with an activation among its inputs whose sizes do not
// already tell its result, one that draws random numbers, or one whose result has no known shape.
//
// Rearranged constants keep the name and the stored type of what they are made of; dequantised ones are stored as
// integers with the scale.
std::optional<std::vector<Value>> constant_results(const Node& node, const std::vector<TypeInfo>& types);

// A constant that the file states.
Value constant_value(const onnx::TensorProto& tensor, const std::string& name);
Value constant_value(const onnx::SparseTensorProto& tensor);  // without values
// The result of a Constant.
Value constant_of(const onnx::NodeProto& proto);

}  // namespace subvolt::network::from_onnx
