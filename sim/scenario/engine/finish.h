// What both engines do at their end: from accounts to an outcome. Internal.
#pragma once

#include "sim/scenario/engine/flow.h"
#include "sim/scenario/engine/outcome.h"
#include "sim/scenario/engine/rails.h"

namespace subvolt::scenario {

// Over the whole duration, by rail: taken in less quiescent, and given out.
struct RailSums {
  std::vector<ExactSum> input_J, delivered_J;
  ExactSum on_s;  // for which the regulators drew their own currents
};

// Fills in accounts, rails, stages' and devices' energies, totals and the budget. `outcome.supply` says what left the
// source.
void finish(const Model& model, const Accounts& accounts, const RailSums& rails, Outcome& outcome);

// Names, and what follows from the scenario alone: break-even times, thresholds.
Outcome begin_outcome(const Model& model, const char* mode);

// Precision and recall of stages that look for labels, and which filters pay.
void add_truth(const Model& model, const std::vector<Reach>& reach, Outcome& outcome);

}  // namespace subvolt::scenario
