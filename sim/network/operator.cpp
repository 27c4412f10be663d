#include "sim/network/operator.h"

#include "sim/config/registry.h"

namespace subvolt::network {
namespace {

config::Registry<OperatorDefinition>& registry() {
  static config::Registry<OperatorDefinition> all("operator");
  return all;
}

}  // namespace

bool register_operators(std::vector<OperatorDefinition> definitions) {
  for (OperatorDefinition& definition : definitions) {
    const std::string name = definition.name;
    registry().add(name, std::move(definition));
  }
  return true;
}

std::vector<const OperatorDefinition*> operators() { return registry().all(); }

const OperatorDefinition* Operator::find(std::string_view name) { return registry().find(name); }

Operator::Operator() : Operator("conv2d") {}

Operator::Operator(std::string_view name) : definition_(find(name)) {
  if (!definition_) throw Error(ErrorKind::kInternal, "no operator " + std::string(name));
}

std::string to_text(const Operator& op) { return op->name; }

}  // namespace subvolt::network

namespace subvolt::config {
namespace {

std::vector<std::string> operator_names() {
  std::vector<std::string> names;
  for (const network::OperatorDefinition* definition : network::operators()) names.push_back(definition->name);
  return names;
}

}  // namespace

bool FieldType<network::Operator>::read(const Node& node, network::Operator& value, Diagnostics& d) {
  if (node.is_scalar() && network::Operator::find(node.value())) {
    value = network::Operator(node.value());
    return true;
  }
  d.error(node, "expected an operator that `subvolt list operators` names, got " + node.describe() +
                    (node.is_scalar() ? did_you_mean(node.value(), operator_names()) : ""));
  return false;
}

TypeDoc FieldType<network::Operator>::doc() { return {TypeDoc::Form::kChoice, {}, operator_names(), {}, nullptr}; }

}  // namespace subvolt::config
