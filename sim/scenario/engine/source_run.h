// The source over time: a battery that empties, a capacitor that is charged and emptied, or one that never ends.
#pragma once

#include <memory>

#include "sim/scenario/engine/model.h"
#include "sim/scenario/engine/outcome.h"

namespace subvolt::scenario {

class SourceRun {
 public:
  explicit SourceRun(const Model& model);
  // For `t` seconds `load` is drawn while the harvester delivers `harvest_W`; how long it lasted, of a battery.
  double run(const Load& load, double harvest_W, double t);
  // At once.
  void take(double energy_J, double charge_C);

  bool is_capacitor() const { return capacitor_ != nullptr; }
  bool is_battery() const { return battery_ != nullptr; }
  bool is_empty() const { return empty_; }
  double voltage_V() const { return voltage_V_; }
  // Of a capacitor: until its voltage is at `to`, if nothing changes; infinite when it never is.
  double time_to(double to_V, const Load& load, double harvest_W) const;
  const BatteryState& battery() const { return *battery_; }
  // The lifetime from the begin where its load is such a mix.
  double lifetime_s(const LoadMix& mix) const;
  void fill(SupplyOutcome& outcome) const;

 private:
  Flow flow(const Load& load, double harvest_W) const;
  const Model& model_;
  const Capacitor* capacitor_ = nullptr;
  const Harvest* harvest_ = nullptr;
  std::unique_ptr<BatteryState> battery_;
  double voltage_V_ = 0.0, lowest_V_ = 0.0, begin_V_ = 0.0;
  bool empty_ = false;
  SupplyOutcome sums_;
  ExactSum power_J_, charge_C_, drawn_C_;
};

// What follows from the supply alone: times and energies between the thresholds, loads that it can bear for ever.
void add_thresholds(const Model& model, const Load& load, SupplyOutcome& outcome);

}  // namespace subvolt::scenario
