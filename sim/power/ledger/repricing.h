// The same activity under many conditions: counted once, priced as often as wanted.
#pragma once

#include <string>
#include <vector>

#include "sim/power/ledger/account_plan.h"

namespace subvolt::power {

// Of a run, under one condition.
struct Repriced {
  Energy total;                     // regulators' losses included
  Energy leakage;                   // of it: leakage and retention
  Energy standing;                  // of it: all costs of time, background of memories as well
  Energy on_chip;                   // of it: what heats the chip: rails that are not external, regulators on it
  std::string costliest;            // its largest account, losses apart
  std::string costliest_component;  // of which
  double costliest_share = 0.0;     // of the total
};

class Repricing {
 public:
  // All must outlive this. The record has one operating point.
  Repricing(const ActivityRecord& record, const PowerIntent& intent, const OperatingPoint& point,
            const PriceSources& sources);
  // With the clocks of the record slowed by `slower` (1: as they were), all alike, so that costs of time grow by it.
  // Body biases are as in the constructor's point. Throws Error(kConfiguration) where something does not work there:
  // bit cells, rails.
  Repriced at(const OperatingPoint& point, double slower) const;

 private:
  void add_load_losses(const OperatingPoint& point, double slower, const AccountPlan& plan, Repriced& all) const;

  const ActivityRecord& record_;
  const PowerIntent& intent_;
  const PriceSources& sources_;
  PlannedCounts counts_;
};

}  // namespace subvolt::power
