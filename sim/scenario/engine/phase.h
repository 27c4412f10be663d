// The closed form of a time in which all rates are constant.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "sim/scenario/engine/flow.h"
#include "sim/scenario/engine/rails.h"

namespace subvolt::scenario {

struct DevicePhase {
  std::vector<double> residency;                                              // by state, then "off"; shares
  double gaps = 0.0, idle_W = 0.0, oracle_W = 0.0, above = 0.0, below = 0.0;  // per second
};

struct Phase {
  std::vector<double> account_W, account_A;  // by account
  std::vector<double> input_W, delivered_W;  // by rail: taken in less quiescent, and given out
  Load mean;
  LoadMix mix;  // of one activity at a time, beside all rest
  double peak_W = 0.0;
  std::vector<double> busy;  // by device: share of the time for which work has it for itself
  std::vector<DevicePhase> devices;
};

class PhaseSolver {
 public:
  PhaseSolver(Model& model, std::vector<Reach> reach);
  // Rates by source, 1/s; `draws` of devices with a trace.
  Phase solve(const std::vector<double>& rates, const std::vector<double>& draws);
  const std::vector<Reach>& reach() const { return reach_; }
  // What was taken for simpler than it is, in words.
  const std::set<std::string>& approximations() const { return approximations_; }
  // What a policy can know of the gaps between work of a device, at such rates.
  GapsAhead ahead(const std::vector<double>& rates, int device) {
    const Comings come = comings(rates, device, 0.0);
    return {come.gaps, come.known};
  }
  // A source's arrivals each make this much of a device.
  DeviceDemand demand(int source, int device) const;
  // Throws Error(kConfiguration) where more work comes to a device than it does, and all of it waits.
  void refuse_overload() const;

 private:
  struct Activity {  // beside rest, for that share of the time; at once when `once`
    int rail;
    Drawn extra;
    double share;
    bool once;
  };
  void add_work(Phase& phase, const std::vector<double>& rates);
  void add_holds(Phase& phase, const std::vector<double>& rates, int device);
  void add_idle(Phase& phase, const std::vector<double>& rates, int device);
  void settle(Phase& phase);
  void add(Phase& phase, int account, const Drawn& draw, double share);
  struct Comings {
    Gaps gaps;
    bool known = false;
    double per_second = 0.0;
    bool memoryless = false;
  };
  Comings comings(const std::vector<double>& rates, int device, double busy);

  Model& model_;
  std::vector<Reach> reach_;
  RailTree rails_;
  std::vector<Activity> activities_;
  std::set<std::string> approximations_;
};

}  // namespace subvolt::scenario
