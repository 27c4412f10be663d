// One operator of an ONNX graph with what is known of its operands.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/network/onnx/value.h"

namespace subvolt::network::from_onnx {

class Node {
 public:
  // `inputs` as in the file, nullptr for those left out.
  Node(const onnx::NodeProto& proto, std::int64_t opset, std::vector<Value*> inputs, const Files& files);

  const onnx::NodeProto& proto() const { return proto_; }
  const std::string& op() const { return proto_.op_type(); }
  const std::string& domain() const { return domain_; }  // "" for ONNX's own operators
  std::int64_t opset() const { return opset_; }          // version of the domain

  std::size_t inputs() const { return inputs_.size(); }
  const std::vector<Value*>& all_inputs() const { return inputs_; }
  bool has(std::size_t input) const { return input < inputs_.size() && inputs_[input]; }
  // Throws Fault for an input that is not there.
  const Value& input(std::size_t i) const;
  const Shape& shape(std::size_t i) const;  // also when it is not known
  const Contents* contents(std::size_t i) const;
  // The values of an operand that has to be known; throws Fault naming it as `what`.
  std::vector<std::int64_t> integers_of(std::size_t i, const std::string& what) const;
  std::vector<double> reals_of(std::size_t i, const std::string& what) const;

  // Attributes; throw Fault for one of another kind.
  const onnx::AttributeProto* attribute(const std::string& name) const;
  std::int64_t integer(const std::string& name, std::int64_t otherwise) const;
  double real(const std::string& name, double otherwise) const;
  std::string text(const std::string& name, const std::string& otherwise) const;
  std::optional<std::vector<std::int64_t>> integers(const std::string& name) const;

 private:
  const onnx::AttributeProto* typed(const std::string& name, onnx::AttributeProto::AttributeType type) const;

  const onnx::NodeProto& proto_;
  std::string domain_;
  std::int64_t opset_;
  std::vector<Value*> inputs_;
  const Files& files_;
};

// An axis counted from the end made non-negative; throws Fault outside of a tensor of `rank`.
std::size_t checked_axis(std::int64_t axis, std::size_t rank);

}  // namespace subvolt::network::from_onnx
