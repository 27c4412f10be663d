#include "sim/network/onnx/compositions/composition.h"

#include "sim/config/registry.h"

namespace subvolt::network::from_onnx {
namespace {

config::Registry<Composition>& compositions() {
  static config::Registry<Composition> all("composition");
  return all;
}

}  // namespace

bool register_compositions(std::vector<std::pair<std::string, Composition>> all) {
  for (auto& [op, composition] : all) compositions().add(op, composition);
  return true;
}

std::optional<Body> parts_of(const Node& node) {
  const Composition* const found = compositions().find(full_name(node));
  return found ? (*found)(node) : std::nullopt;
}

std::string full_name(const Node& node) { return node.domain().empty() ? node.op() : node.domain() + "." + node.op(); }

}  // namespace subvolt::network::from_onnx
