#include "sim/kernel/component_registry.h"

#include "sim/config/registry.h"

namespace subvolt::kernel {
namespace {
config::Registry<ComponentKind>& kinds() {
  static config::Registry<ComponentKind> all("component kind");
  return all;
}
}  // namespace

bool register_component(ComponentKind kind) {
  const std::string name = kind.kind;
  return kinds().add(name, std::move(kind));
}
std::vector<const ComponentKind*> component_kinds() { return kinds().all(); }
const ComponentKind* find_component_kind(const std::string& kind) { return kinds().find(kind); }

}  // namespace subvolt::kernel
