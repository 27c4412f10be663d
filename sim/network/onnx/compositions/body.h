// The body of an operator that others make up, written down operator by operator: what compositions (composition.h)
// and unrolled loops consist of. Operators are those of ONNX opset 17 and of com.microsoft.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "sim/network/onnx/proto.h"

namespace subvolt::network::from_onnx {

class Body {
 public:
  using Integers = std::vector<std::int64_t>;
  using Tensors = std::vector<std::string>;

  // Its inputs are called in(0) .. in(inputs - 1), as the operator has them.
  explicit Body(std::size_t inputs);
  static std::string in(std::size_t i) { return "in" + std::to_string(i); }

  // Appends an operator and returns its output; layers are called like it. Of several outputs the first: see output().
  std::string add(const std::string& op, const Tensors& inputs, const std::string& name, std::size_t outputs = 1);
  static std::string output(const std::string& first, std::size_t i);
  // Attributes of the operator that was added last.
  Body& with(const std::string& attribute, std::int64_t value);
  Body& with(const std::string& attribute, const Integers& values);
  Body& with(const std::string& attribute, const std::string& text);
  // Of the operator that the body stands for, as it is; nothing where it has none.
  Body& with(const onnx::AttributeProto* attribute);

  std::string integers(const Integers& values);  // a constant of one dimension
  std::string integer(std::int64_t value);       // a scalar
  std::string real(double value);                // a scalar
  // Shorthands; an order or a shape that changes nothing adds nothing.
  std::string reshape(const std::string& x, const Integers& shape, const std::string& name);
  std::string transpose(const std::string& x, const Integers& order, const std::string& name);
  std::string slice(const std::string& x, std::int64_t axis, std::int64_t begin, std::int64_t end,
                    const std::string& name);
  // x [..., M, K] times y [..., K, N], or y [..., N, K] when it is transposed.
  std::string product(const std::string& x, const std::string& y, bool transposed, const std::string& name);
  // An activation by its name, none for an empty one; its parameters cost nothing.
  std::string activated(const std::string& x, const std::string& activation);

  // Output i of the whole.
  void result(std::size_t i, const std::string& tensor);
  const onnx::FunctionProto& proto() const { return proto_; }

 private:
  onnx::NodeProto& last() { return *proto_.mutable_node(proto_.node_size() - 1); }
  onnx::AttributeProto& attribute(const std::string& name, onnx::AttributeProto::AttributeType type);
  std::string constant(const onnx::TensorProto& tensor);

  onnx::FunctionProto proto_;
  std::set<std::string> names_;
};

}  // namespace subvolt::network::from_onnx
