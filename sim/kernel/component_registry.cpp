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
void add_events_of(const std::string& child, std::vector<power::EventDeclaration> events,
                   std::vector<power::EventDeclaration>& all) {
  for (power::EventDeclaration& event : events) {
    event.name = child + "." + event.name;
    all.push_back(std::move(event));
  }
}

std::vector<const ComponentKind*> component_kinds() { return kinds().all(); }
const ComponentKind* find_component_kind(const std::string& kind) { return kinds().find(kind); }

}  // namespace subvolt::kernel
