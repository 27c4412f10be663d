// A run under many corners, voltages and temperatures: simulated once, priced everywhere.
// Cycles and clocks are those of conditions/priced_run.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/power/record/activity_record.h"
#include "sim/run/design_point.h"

namespace subvolt::run {

// Limits that a product must keep at every condition; absent: none.
struct Budgets {
  std::optional<Time> latency;     // of the run
  std::optional<Energy> energy;    // of the run
  std::optional<Power> leakage;    // of the chip, on average over the run
  std::optional<Frequency> f_max;  // of the scaled clock, at least
};

enum class Budget { kLatency, kEnergy, kLeakage, kFMax };

struct CornerRequest {
  std::vector<power::Corner> corners;
  std::vector<Voltage> voltages;  // of the scaled domain; others follow
  std::vector<Temperature> temperatures;
  Budgets budgets;
  // Bias of the bodies that domains have at each condition so that the scaled clock may be so fast; absent: as stated.
  std::optional<Frequency> held;
};

struct CornerResult {
  power::Corner corner = power::Corner::kTt;
  Voltage voltage;
  Temperature temperature;
  std::string why_not;          // it does not work there; empty: it does, and the rest holds
  std::optional<Voltage> bias;  // that holds the frequency, where one is held
  Frequency f_max;              // of the scaled clock
  std::string slowest_clock;    // the one of the run with the least room,
  double room = 0.0;            // what it may run at over what it ran at
  Time latency;
  Energy energy;
  Power leakage;
  std::string costliest_component;
  std::string costliest;  // account
  double costliest_share = 0.0;
  std::vector<Budget> missed;
};

// By corner, voltage, temperature. `record` is a run of the point, which has one operating point and a scaled domain
// and clock. Throws Error(kConfiguration) where it has not, where the technology does not know a corner, and
// where a frequency is to be held and no domain states a body_bias.
std::vector<CornerResult> corner_matrix(const power::ActivityRecord& record, const DesignPoint& point,
                                        const CornerRequest& request);

}  // namespace subvolt::run

namespace subvolt::config {
template <>
struct EnumNames<run::Budget> {
  static const std::vector<std::pair<run::Budget, std::string>>& names();
};
}  // namespace subvolt::config
