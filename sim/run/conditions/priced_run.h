// A run that is priced under other conditions than its own: what its clocks may be there, and what it costs.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "sim/power/ledger/repricing.h"
#include "sim/power/record/activity_record.h"
#include "sim/power/technology/sram_access.h"
#include "sim/run/design_point.h"

namespace subvolt::run {

// One clock of the run.
struct ClockLimit {
  std::string name;
  double hertz = 0.0;       // in the run
  Frequency gates, macros;  // what limits it: logic on its rails; bits there and accesses to memories. Infinite: none
  Frequency fastest() const { return std::min(gates, macros); }
};

// What the run is under a condition. Cycles are those of the run. Where a clock of it is faster than the condition allows,
// all clocks are slowed by the same factor, interfaces of memories included: latency grows by it, and so do costs of time.
// Where it is not, clocks stay as they are, and f_max says what room there is.
struct ConditionPrice {
  Frequency f_max;            // of the scaled clock
  std::string slowest_clock;  // the one of the run with the least room,
  double room = 0.0;          // what it may run at over what it ran at
  double slower = 1.0;        // by which the clocks are slowed
  Time latency;
  power::Repriced priced;
};

class PricedRun {
 public:
  // `record` is a run of `point`, which has one operating point and a scaled domain and clock: throws
  // Error(kConfiguration) where it has not. Both must outlive this.
  PricedRun(const power::ActivityRecord& record, const DesignPoint& point);
  PricedRun(const PricedRun&) = delete;

  // Of memories in packages of their own; that of the chip when nobody says it.
  void set_parts_temperature(Temperature t) { sources_.parts_temperature = t; }
  // Corner and temperature of what follows.
  void set(power::Corner corner, Temperature temperature);
  Temperature temperature() const { return intent_.temperature; }
  Voltage recorded_voltage() const { return recorded_.voltage(intent_.scaled_domain); }
  // With the scaled domain at a voltage, other rails as they follow. Throws Error(kConfiguration) where devices do not
  // work there.
  power::OperatingPoint at(Voltage voltage) const;
  std::vector<ClockLimit> clock_limits(const power::OperatingPoint& point) const;
  // Weakest bias, in steps of 10 mV, with which the scaled clock may be as fast as that, or the strongest one where
  // none is enough: of all domains that the point drives, alike. It is set in the point. Absent: none is driven.
  std::optional<Voltage> hold(power::OperatingPoint& point, Frequency wanted) const;
  ConditionPrice under(const power::OperatingPoint& point) const;
  // With all clocks slowed likewise. Throws as Repricing::at().
  power::Repriced price(const power::OperatingPoint& point, double slower) const {
    return repricing_.at(point, slower);
  }
  Time duration() const { return Time::from_si(static_cast<double>(record_.total_ps) * 1e-12); }
  const std::string& scaled_clock() const { return intent_.scaled_clock; }

 private:
  const power::ActivityRecord& record_;
  const power::Technology& technology_;
  power::PowerIntent intent_;
  power::PriceSources sources_;
  std::vector<power::SramMacro> macros_;
  power::OperatingPoint recorded_;
  power::Repricing repricing_;
};

}  // namespace subvolt::run
