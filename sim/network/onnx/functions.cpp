#include "sim/network/onnx/functions.h"

#include <onnx/defs/schema.h>

#include <algorithm>

#include "sim/network/bounded.h"

namespace subvolt::network::from_onnx {

const onnx::FunctionProto* function_in(const onnx::ModelProto& model, const onnx::NodeProto& node) {
  for (const auto& function : model.functions()) {
    if (function.name() == node.op_type() && function.domain() == node.domain()) return &function;
  }
  return nullptr;
}

const onnx::FunctionProto* function_of_onnx(const Node& node) {
  const int version = static_cast<int>(std::min<std::int64_t>(node.opset(), kMaxSize));
  const onnx::OpSchema* schema = onnx::OpSchemaRegistry::Schema(node.op(), version, node.domain());
  return schema && schema->HasFunction() ? schema->GetFunction() : nullptr;
}

bool refers_to_call(const onnx::NodeProto& node) {
  return std::any_of(node.attribute().begin(), node.attribute().end(),
                     [](const auto& attribute) { return !attribute.ref_attr_name().empty(); });
}

onnx::NodeProto with_attributes_of(const onnx::NodeProto& node, const onnx::NodeProto& call) {
  onnx::NodeProto copy = node;
  copy.clear_attribute();
  for (const auto& attribute : node.attribute()) {
    if (attribute.ref_attr_name().empty()) {
      *copy.add_attribute() = attribute;
      continue;
    }
    for (const auto& given : call.attribute()) {
      if (given.name() != attribute.ref_attr_name()) continue;
      onnx::AttributeProto& resolved = *copy.add_attribute();
      resolved = given;
      resolved.set_name(attribute.name());
    }
  }
  return copy;
}

}  // namespace subvolt::network::from_onnx
