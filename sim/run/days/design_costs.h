// What networks cost on a design, for scenarios of days: each distinct inference is simulated in cycles once.
//
// With inferences at T, 2T, ..., nT and an end at (n + 1) T or later, all that is asked for are differences of runs:
//
//   rest     (E(1 inference, 3T) - E(1 inference, 2T)) / T
//   kept     E(2 inferences, 3T) - E(1 inference, 3T)                 the second finds its weights
//   loaded   the same with weights that are not kept
//   begin    E(1 inference, 2T) - rest 2T - loaded
//
// T is the time of the longest inference, and a gap after it in which the design comes to rest: the first of 1 ms,
// 10 ms, ... behind which one T costs what the next one does.
#pragma once

#include "sim/run/design_point.h"
#include "sim/scenario/engine/network_costs.h"
#include "sim/units/picoseconds.h"

namespace subvolt::run {

// A run of some inferences of one network: sums of its accounts.
struct SpentShare {
  std::string domain, cause;
  double energy_J = 0.0;
};
struct Spent {
  double energy_J = 0.0, latency_s = 0.0, peak_W = 0.0;  // latency: of the last inference
  std::vector<SpentShare> shares;                        // by power domain and cause
};

class DesignCosts final : public scenario::NetworkCosts {
 public:
  scenario::DesignCosts costs(const scenario::Named& design, const std::string& operating_point,
                              const std::vector<scenario::Named>& networks) override;
};

// Runs of a design with inferences at fixed times, each in a process of its own.
class SpacedRuns {
 public:
  explicit SpacedRuns(DesignPoint point) : point_(std::move(point)) {}
  // `stream`: of the point's scenario. Inferences at T, 2T, ...; the end at `ends` T.
  Spent run(int stream, int inferences, std::int64_t ends, Picoseconds spacing, bool keep_weights);
  std::int64_t simulations() const { return simulations_; }
  const DesignPoint& point() const { return point_; }

 private:
  DesignPoint point_;
  std::int64_t simulations_ = 0;
};

// Of a design whose streams are networks to be compared: as above.
scenario::DesignCosts costs_of(SpacedRuns& runs);

}  // namespace subvolt::run
