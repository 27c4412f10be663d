#include "sim/network/onnx/node.h"

#include <cmath>

#include "sim/network/onnx/fault.h"

namespace subvolt::network::from_onnx {

Node::Node(const onnx::NodeProto& proto, std::int64_t opset, std::vector<Value*> inputs, const Files& files)
    : proto_(proto),
      domain_(proto.domain() == "ai.onnx" ? "" : proto.domain()),
      opset_(opset),
      inputs_(std::move(inputs)),
      files_(files) {}

const Value& Node::input(std::size_t i) const {
  if (!has(i)) throw Fault("expected at least " + std::to_string(i + 1) + " inputs");
  return *inputs_[i];
}

const Shape& Node::shape(std::size_t i) const {
  if (!input(i).has_shape()) throw Fault("the shape of its input \"" + proto_.input(int(i)) + "\" is not known");
  return input(i).shape();
}

const Contents* Node::contents(std::size_t i) const { return has(i) ? contents_of(*inputs_[i], files_) : nullptr; }

std::vector<std::int64_t> Node::integers_of(std::size_t i, const std::string& what) const {
  const std::int32_t data_type = input(i).type.data_type;
  const Contents* contents = this->contents(i);
  if (!contents) {
    throw Fault("its " + what + " (\"" + proto_.input(int(i)) + "\") must be known before a run, but depend on data");
  }
  if (const auto* integers = std::get_if<std::vector<std::int64_t>>(contents)) return *integers;
  throw Fault("expected integers as its " + what + ", got " + data_type_name(data_type));
}

std::vector<double> Node::reals_of(std::size_t i, const std::string& what) const {
  input(i);
  const Contents* contents = this->contents(i);
  if (!contents) {
    throw Fault("its " + what + " (\"" + proto_.input(int(i)) + "\") must be known before a run, but depend on data");
  }
  return std::visit([](const auto& values) { return std::vector<double>(values.begin(), values.end()); }, *contents);
}

const onnx::AttributeProto* Node::attribute(const std::string& name) const {
  for (const auto& attribute : proto_.attribute()) {
    if (attribute.name() == name) return &attribute;
  }
  return nullptr;
}

const onnx::AttributeProto* Node::typed(const std::string& name, onnx::AttributeProto::AttributeType type) const {
  const auto* found = attribute(name);
  // Old files (IR version 1) do not say the type.
  if (found && found->type() != type && found->type() != onnx::AttributeProto::UNDEFINED) {
    throw Fault("attribute " + name + ": expected " + onnx::AttributeProto::AttributeType_Name(type) + ", got " +
                onnx::AttributeProto::AttributeType_Name(found->type()));
  }
  return found;
}

std::int64_t Node::integer(const std::string& name, std::int64_t otherwise) const {
  const auto* found = typed(name, onnx::AttributeProto::INT);
  return found ? found->i() : otherwise;
}

double Node::real(const std::string& name, double otherwise) const {
  const auto* found = typed(name, onnx::AttributeProto::FLOAT);
  return found ? double{found->f()} : otherwise;
}

std::string Node::text(const std::string& name, const std::string& otherwise) const {
  const auto* found = typed(name, onnx::AttributeProto::STRING);
  return found ? found->s() : otherwise;
}

std::optional<std::vector<std::int64_t>> Node::integers(const std::string& name) const {
  const auto* found = typed(name, onnx::AttributeProto::INTS);
  if (!found) return std::nullopt;
  return std::vector<std::int64_t>(found->ints().begin(), found->ints().end());
}

std::size_t checked_axis(std::int64_t axis, std::size_t rank) {
  const auto size = static_cast<std::int64_t>(rank);
  if (axis < -size || axis >= size) {
    throw Fault("expected an axis from " + std::to_string(-size) + " to " + std::to_string(size - 1) + ", got " +
                std::to_string(axis));
  }
  return static_cast<std::size_t>(axis < 0 ? axis + size : axis);
}

}  // namespace subvolt::network::from_onnx
