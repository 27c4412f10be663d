#include "sim/network/onnx/compositions/body.h"

namespace subvolt::network::from_onnx {
namespace {

bool counts_up(const Body::Integers& order) {
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (order[i] != static_cast<std::int64_t>(i)) return false;
  }
  return true;
}

}  // namespace

Body::Body(std::size_t inputs) {
  for (std::size_t i = 0; i < inputs; ++i) proto_.add_input(in(i));
}

std::string Body::output(const std::string& first, std::size_t i) {
  return i == 0 ? first : first + ":" + std::to_string(i);
}

std::string Body::add(const std::string& op, const Tensors& inputs, const std::string& name, std::size_t outputs) {
  std::string unique = name;
  for (int number = 2; !names_.insert(unique).second; ++number) unique = name + std::to_string(number);
  onnx::NodeProto& node = *proto_.add_node();
  const std::size_t dot = op.rfind('.');
  if (dot != std::string::npos) node.set_domain(op.substr(0, dot));
  node.set_op_type(dot == std::string::npos ? op : op.substr(dot + 1));
  node.set_name(unique);
  for (const std::string& input : inputs) node.add_input(input);
  for (std::size_t i = 0; i < outputs; ++i) node.add_output(output(unique, i));
  return unique;
}

onnx::AttributeProto& Body::attribute(const std::string& name, onnx::AttributeProto::AttributeType type) {
  onnx::AttributeProto& attribute = *last().add_attribute();
  attribute.set_name(name);
  attribute.set_type(type);
  return attribute;
}

Body& Body::with(const std::string& name, std::int64_t value) {
  attribute(name, onnx::AttributeProto::INT).set_i(value);
  return *this;
}

Body& Body::with(const std::string& name, const Integers& values) {
  onnx::AttributeProto& list = attribute(name, onnx::AttributeProto::INTS);
  for (const std::int64_t value : values) list.add_ints(value);
  return *this;
}

Body& Body::with(const std::string& name, const std::string& text) {
  attribute(name, onnx::AttributeProto::STRING).set_s(text);
  return *this;
}

Body& Body::with(const onnx::AttributeProto* attribute) {
  if (attribute) *last().add_attribute() = *attribute;
  return *this;
}

std::string Body::constant(const onnx::TensorProto& tensor) {
  const std::string name = add("Constant", {}, "constant");
  *attribute("value", onnx::AttributeProto::TENSOR).mutable_t() = tensor;
  return name;
}

std::string Body::integers(const Integers& values) {
  onnx::TensorProto tensor;
  tensor.set_data_type(onnx::TensorProto::INT64);
  tensor.add_dims(static_cast<std::int64_t>(values.size()));
  for (const std::int64_t value : values) tensor.add_int64_data(value);
  return constant(tensor);
}

std::string Body::integer(std::int64_t value) {
  onnx::TensorProto tensor;
  tensor.set_data_type(onnx::TensorProto::INT64);
  tensor.add_int64_data(value);
  return constant(tensor);
}

std::string Body::real(double value) {
  onnx::TensorProto tensor;
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  tensor.add_float_data(static_cast<float>(value));
  return constant(tensor);
}

std::string Body::reshape(const std::string& x, const Integers& shape, const std::string& name) {
  return add("Reshape", {x, integers(shape)}, name);
}

std::string Body::transpose(const std::string& x, const Integers& order, const std::string& name) {
  if (counts_up(order)) return x;
  const std::string y = add("Transpose", {x}, name);
  with("perm", order);
  return y;
}

std::string Body::slice(const std::string& x, std::int64_t axis, std::int64_t begin, std::int64_t end,
                        const std::string& name) {
  return add("Slice", {x, integers({begin}), integers({end}), integers({axis})}, name);
}

std::string Body::product(const std::string& x, const std::string& y, bool transposed, const std::string& name) {
  if (!transposed) return add("MatMul", {x, y}, name);
  const std::string result = add("com.microsoft.FusedMatMul", {x, y}, name);
  with("transB", 1);
  return result;
}

std::string Body::activated(const std::string& x, const std::string& activation) {
  return activation.empty() ? x : add(activation, {x}, "activation");
}

void Body::result(std::size_t i, const std::string& tensor) {
  while (proto_.output_size() <= static_cast<int>(i)) proto_.add_output("");
  proto_.set_output(static_cast<int>(i), tensor);
}

}  // namespace subvolt::network::from_onnx
