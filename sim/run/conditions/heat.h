// How hot a chip gets by what it draws, at its ambient temperatures, and how far it throttles to stay below a limit.
#pragma once

#include <optional>
#include <vector>

#include "sim/power/ledger/energy_model.h"
#include "sim/power/thermal/self_heating.h"
#include "sim/run/conditions/priced_run.h"

namespace subvolt::run {

struct HeatRequest {
  power::Package package;
  std::vector<Temperature> ambients;
  std::optional<Temperature> limit;  // of the junction; absent: the package's
  bool throttle = false;             // lower the scaled domain's voltage, and clocks with it, until the limit is kept
};

// The run repeats without a break.
struct HeatResult {
  Temperature ambient;
  power::HeatBalance balance;
  Voltage voltage;  // of the scaled domain: the run's, or throttled
  bool throttled = false;
  bool above_limit = false;           // and nothing that was asked for helps
  ConditionPrice price;               // at the junction's temperature
  std::optional<power::Swing> swing;  // of a record with timeline
};

// Throws Error(kConfiguration) for a chip that runs away, with the numbers, located at the package's stages.
std::vector<HeatResult> heat_of(const power::ActivityRecord& record, const DesignPoint& point,
                                const HeatRequest& request);

}  // namespace subvolt::run
