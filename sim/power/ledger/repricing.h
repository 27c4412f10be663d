// The same activity under many conditions: counted once, priced as often as wanted.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "sim/power/ledger/account_plan.h"

namespace subvolt::power {

// The same energy by what drew it, by what delivered it, and what of it fell between jobs. Delivered: without losses of
// regulators, which `loss` is.
struct EnergyParts {
  using ByCause = std::array<Energy, kCauses>;
  std::vector<ByCause> components;  // by component of the record; behind them what is no component's: power switches
  std::vector<Energy> rails;        // by voltage domain of the intent; behind them what was measured before regulators
  std::vector<Energy> standing;     // of `rails`: costs of time
  Energy loss;
  Energy between;  // with no task at work, losses included
  Time between_time;
  Energy total;  // all, losses included
  EnergyParts& operator-=(const EnergyParts& other);
};

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
  // The same in parts.
  EnergyParts parts(const OperatingPoint& point, double slower) const;

 private:
  AccountPlan plan_at(const OperatingPoint& point) const;
  // lost(epoch, cause, rail, energy): on rails whose loss depends on load (load_losses.h), for what was drawn of that
  // cause in epochs like that one.
  template <class Lost>
  void each_load_loss(const OperatingPoint& point, double slower, const AccountPlan& plan, const Lost& lost) const;

  const ActivityRecord& record_;
  const PowerIntent& intent_;
  const PriceSources& sources_;
  PlannedCounts counts_;  // by account of the plan
  Time between_time_;
};

}  // namespace subvolt::power
