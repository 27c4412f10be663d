// Operators that are made of others: functions of the file, and those that ONNX itself defines so.
#pragma once

#include "sim/network/onnx/node.h"

namespace subvolt::network::from_onnx {

// nullptr when the file has no function of this name.
const onnx::FunctionProto* function_in(const onnx::ModelProto& model, const onnx::NodeProto& node);
// The body that ONNX gives the operator; nullptr when it gives none, or one that depends on the inputs.
const onnx::FunctionProto* function_of_onnx(const Node& node);

// In a function's body attributes may stand for those of the call.
bool refers_to_call(const onnx::NodeProto& node);
onnx::NodeProto with_attributes_of(const onnx::NodeProto& node, const onnx::NodeProto& call);

}  // namespace subvolt::network::from_onnx
