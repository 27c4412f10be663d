// Component kinds by name. A kind registers itself from its own source file; nobody lists them.
#pragma once

#include <functional>
#include <memory>
#include <optional>
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
  bool optional = false;  // may be left unconnected
};

// SRAM macros of a component, by the name of the part that has them: banks that are alike, whose size decides how
// fast their clock may be.
struct SramBanks {
  std::string component;         // "npu.input_buffer"
  double capacity_B = 0.0;       // of one, as stored
  std::optional<Cycles> cycles;  // of an access; absent: by their size
  std::string key;               // of the configuration: "soc.npu.input_buffer"
  bool pipelined = false;        // the configuration can say how many cycles: `latency`
  bool corrected = false;        // by a code
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
  // For kinds with SRAM; the configuration is a valid one.
  std::function<std::vector<SramBanks>(const std::string& name, const config::Node& configuration)> sram = {};
};

// Call at namespace scope of the kind's own file: static const bool NAME_registered = register_component({...});
bool register_component(ComponentKind kind);
// To a kind's events those of a child: there "mac_int8" of "array" is "array.mac_int8".
void add_events_of(const std::string& child, std::vector<power::EventDeclaration> events,
                   std::vector<power::EventDeclaration>& all);
std::vector<const ComponentKind*> component_kinds();                // sorted by name
const ComponentKind* find_component_kind(const std::string& kind);  // nullptr when unknown

}  // namespace subvolt::kernel
