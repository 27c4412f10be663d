// What a replayed trace cost: the memory's counts priced like those of a SoC.
//
// The memory is the one component of a power intent made for it: each rail that its prices draw from is a voltage
// domain at its nominal voltage, without a regulator. Events that were not counted need no price.
#pragma once

#include <optional>
#include <string>

#include "sim/power/ledger/energy_model.h"
#include "sim/run/bench/memory_bench.h"
#include "sim/run/bench/memory_device.h"

namespace subvolt::run {

struct MemoryEnergy {
  power::Ledger ledger;
  Energy core;       // all but the interface
  Energy interface;  // cause io
};

struct MemoryPricing {
  std::optional<MemoryEnergy> energy;
  std::string why_not;  // when there is none: which file lacks what
};

// The activity record of the replay: one component, one epoch.
power::ActivityRecord memory_record(const MemoryDevice& device, const MemoryReplay& replay, const std::string& trace);

// Throws Error(kInvariant) when the energies do not add up.
MemoryPricing price_replay(const MemoryDevice& device, const MemoryReplay& replay, const std::string& trace);

}  // namespace subvolt::run
