// What each component draws at an operating point, before anything is counted: by power state, and per event.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/power/ledger/energy_model.h"

namespace subvolt::power {

struct ComponentPowers {
  // Of leakage and whatever else a state costs, for states that cost something; without regulators' losses.
  std::vector<std::pair<PowerState, Power>> states;
  struct Count {
    std::string name;  // of its account: "npu.array.mac_int8", "npu.array.clock_tree"
    Energy energy;     // of one
    std::string unit;  // "events", "cycles", "ps"
  };
  std::vector<Count> counts;
};

// By component, which are those of `intent`. Throws Error(kConfiguration) as power::price does.
std::vector<ComponentPowers> component_powers(const std::vector<ComponentDeclaration>& components,
                                              const PowerIntent& intent, const OperatingPoint& point,
                                              const PriceSources& sources);

}  // namespace subvolt::power
