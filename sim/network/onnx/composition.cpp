#include "sim/network/onnx/composition.h"

#include <map>

#include "sim/config/error.h"

namespace subvolt::network::from_onnx {
namespace {

std::map<std::string, Composition, std::less<>>& registry() {
  static std::map<std::string, Composition, std::less<>> all;
  return all;
}

}  // namespace

bool register_compositions(std::vector<std::pair<std::string, Composition>> compositions) {
  for (auto& [op, composition] : compositions) {
    if (!registry().emplace(op, composition).second) {
      throw Error(ErrorKind::kInternal, "two compositions for operator " + op);
    }
  }
  return true;
}

std::optional<Body> parts_of(const Node& node) {
  const auto found = registry().find(full_name(node));
  return found == registry().end() ? std::nullopt : found->second(node);
}

std::string full_name(const Node& node) { return node.domain().empty() ? node.op() : node.domain() + "." + node.op(); }

}  // namespace subvolt::network::from_onnx
