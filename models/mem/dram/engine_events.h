// Positions of the engine's events; after them come the standby states at each further set-point. Internal.
#pragma once

#include <cstddef>
#include <vector>

#include "models/mem/dram/background.h"
#include "sim/power/record/activity_record.h"

namespace subvolt::mem::dram {

enum Event : std::size_t {
  kActivate,
  kPrecharge,
  kRead,
  kWrite,
  kIoRead,
  kIoWrite,
  kRefresh,
  kRefreshBank,
  kResidency,  // the first of kStates
  kRowHits = kResidency + kStates,
  kRowMisses,
  kRowConflicts,
  kPrechargeCommands,
  kPowerDowns,
  kSelfRefreshes,
  kSetPointSwitches,
  kTerminationRead,  // and all after it: only where the SoC's board terminates the data pins
  kTerminationWrite,
  kEvents
};

// What the declarations of the first events depend on.
struct EventFacts {
  double tRAS_ps = 0.0, tRP_ps = 0.0, tRFC_ps = 0.0, tRFC_bank_ps = 0.0, burst_ps = 0.0;
  double clock_ratio = 1.0, pasr_fraction = 1.0;
  // States and commands that never occur want no price.
  bool refreshes_banks = true, power_down = true, self_refresh = true, deep_power_down = true;
};
std::vector<power::EventDeclaration> declare_events(const EventFacts& facts);

}  // namespace subvolt::mem::dram
