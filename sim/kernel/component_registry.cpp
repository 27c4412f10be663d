#include "sim/kernel/component_registry.h"

#include "sim/kernel/registry.h"

namespace subvolt::kernel {
namespace {
std::vector<ComponentKind>& kinds() {
  static std::vector<ComponentKind> all;
  return all;
}
}  // namespace

bool register_component(ComponentKind kind) {
  return insert_by_name(kinds(), std::move(kind), [](const ComponentKind& k) { return k.kind; });
}
const std::vector<ComponentKind>& component_kinds() { return kinds(); }
const ComponentKind* find_component_kind(const std::string& kind) {
  for (const ComponentKind& k : kinds()) {
    if (k.kind == kind) return &k;
  }
  return nullptr;
}

}  // namespace subvolt::kernel
