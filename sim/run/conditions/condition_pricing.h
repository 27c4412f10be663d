// A run, simulated once, as it would be at another voltage of its scaled domain, corner and temperature.
//
// Cycles are those of the run. Where a clock of the run is faster than a condition allows, all clocks are slowed by the
// same factor, interfaces of memories included: latency grows by it, and so do costs of time. Where it is not, clocks
// stay as they are, and f_max says what room there is.
#pragma once

#include <string>
#include <vector>

#include "sim/power/ledger/repricing.h"
#include "sim/power/record/activity_record.h"
#include "sim/run/design_point.h"

namespace subvolt::run {

struct ConditionPrice {
  Frequency f_max;            // of the scaled clock
  std::string slowest_clock;  // the one of the run with the least room,
  double room = 0.0;          // what it may run at over what it ran at
  double slower = 1.0;        // by which the clocks are slowed
  Time latency;
  power::Repriced priced;
};

class ConditionPricing {
 public:
  // Both must outlive this. Throws Error(kConfiguration) where the run has several operating points, or the intent no
  // scaled domain and clock.
  ConditionPricing(const power::ActivityRecord& record, const DesignPoint& point);
  // Of memories in packages of their own; that of the chip when nobody says it.
  void set_parts_temperature(Temperature t) { sources_.parts_temperature = t; }
  // Throws Error(kConfiguration) where something does not work there.
  ConditionPrice at(power::Corner corner, Voltage voltage, Temperature temperature);

 private:
  const power::ActivityRecord& record_;
  const power::Technology& technology_;
  power::PowerIntent intent_;
  power::PriceSources sources_;
  std::vector<power::SramMacro> macros_;
  power::Repricing repricing_;
  power::OperatingPoint recorded_;
};

}  // namespace subvolt::run
