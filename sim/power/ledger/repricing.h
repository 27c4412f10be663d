// The same activity under many conditions: counted once, priced as often as wanted.
#pragma once

#include <string>
#include <vector>

#include "sim/power/ledger/energy_model.h"

namespace subvolt::power {

// Of a run, under one condition.
struct Repriced {
  Energy total;                     // regulators' losses included
  Energy leakage;                   // of it: leakage and retention
  Energy standing;                  // of it: all costs of time, background of memories as well
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
  const ActivityRecord& record_;
  const PowerIntent& intent_;
  const PriceSources& sources_;
  std::vector<std::int64_t> counts_;  // by account of the plan
};

}  // namespace subvolt::power
