// Positions of the engine's events. Internal.
#pragma once

#include <cstddef>

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
  kRowHits = kResidency + 6,
  kRowMisses,
  kRowConflicts,
  kPrechargeCommands,
  kPowerDowns,
  kSelfRefreshes,
  kSetPointSwitches,
  kEvents
};

}  // namespace subvolt::mem::dram
