// Component kinds by name. A kind registers itself from its own source file; nobody lists them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/config/schema.h"
#include "sim/kernel/component.h"

namespace subvolt::kernel {

// A port as a SoC file names it: "npu.dma" to "bus", "bus" to "sram".
enum class PortRole { kInitiator, kTarget, kInterruptOut, kInterruptIn };
struct PortDoc {
  std::string name;  // "" is the component itself: `from: cpu`; "dma" is `from: npu.dma`
  PortRole role = PortRole::kTarget;
  bool many = false;  // accepts any number of connections
  std::string meaning;
};

struct ComponentKind {
  std::string kind;  // "sram"
  std::string summary;
  const config::SchemaBase* schema = nullptr;  // of its configuration
  std::vector<PortDoc> ports;
  std::vector<power::EventDeclaration> events;  // of a default configuration, for the reference; sizes vary
  std::function<std::unique_ptr<Component>(const std::string& name, const config::Node& configuration,
                                           Environment& environment)>
      create;
};

// Call at namespace scope of the kind's own file: static const bool registered = register_component({...});
bool register_component(ComponentKind kind);
const std::vector<ComponentKind>& component_kinds();                // sorted by name
const ComponentKind* find_component_kind(const std::string& kind);  // nullptr when unknown

}  // namespace subvolt::kernel
