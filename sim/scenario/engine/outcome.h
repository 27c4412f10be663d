// What a scenario comes to. Energies are over the duration; at a rail they are what is drawn there, from the source
// they are with what regulators lose. SI units, as the names say.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/engine/accounts.h"
#include "sim/scenario/engine/network_costs.h"
#include "sim/scenario/value/clock.h"

namespace subvolt::scenario {

inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();  // what a mode does not tell

struct Spread {
  double p50_s = kUnknown, p99_s = kUnknown, max_s = kUnknown, mean_s = kUnknown;
};

struct StageOutcome {
  std::string name;
  double activations = 0.0, runs = 0.0, passes = 0.0;
  double rail_J = 0.0, charge_C = 0.0, source_J = 0.0;
  double busy_s = 0.0;  // of one activation, without waiting
  Spread latency;       // from the event's arrival to the end of the stage
  double late = 0.0;
  std::map<std::string, double> lost;  // by reason
  // Of a stage that looks for a label.
  bool looks = false;
  double precision = kUnknown, recall = kUnknown, recall_of_source = kUnknown, false_alarms_per_h = kUnknown;
  double pays_below_pass_rate = kUnknown;  // of a filter: worth its energy while less than that passes
  double worst_response_s = kUnknown;      // of periodic work on a shared device
  double frequency_Hz = kUnknown;          // of work told in cycles, on average
  double race_pays_above_W =
      kUnknown;  // awake power beside which its fastest point is no worse than its slowest in time
};

struct RestOutcome {
  std::string name;
  double power_W = 0.0, break_even_s = 0.0;
};

struct DeviceOutcome {
  std::string name;
  double rest_J = 0.0, source_J = 0.0;
  std::vector<std::pair<std::string, double>> residency_s;  // sums to the duration
  std::string policy;
  double gaps = 0.0, idle_J = 0.0, oracle_J = 0.0;  // of the gaps between work
  double above = 0.0, below = 0.0;                  // rests that were too deep, or not deep enough, for their gap
  std::vector<RestOutcome> rests;
};

struct RailOutcome {
  std::string name;
  double delivered_J = 0.0, lost_J = 0.0, quiescent_J = 0.0;
};

struct SourceOutcome {
  std::string name;
  double arrivals = 0.0;
};

struct SupplyOutcome {
  std::string kind;                      // battery, storage, source
  double power_J = 0.0, charge_C = 0.0;  // drawn from it, at constant power and beside that at constant current
  double drawn_C = 0.0, self_discharge_C = 0.0, left_C = kUnknown;
  double harvested_J = kUnknown, spilled_J = 0.0, leaked_J = 0.0, stored_J = 0.0;  // stored: more than at the begin
  double margin = kUnknown;                                                        // harvested over needed
  double neutral_load_W = kUnknown;                                                // what could be drawn on and on
  double voltage_min_V = kUnknown, voltage_end_V = kUnknown;
  double longest_dark_s = kUnknown, dark_J = kUnknown;   // without harvest, and what is drawn in it
  double charge_time_s = kUnknown, usable_J = kUnknown;  // between the thresholds
  double late_turn_off_V = kUnknown;                     // where the supervisor looks only now and then
  double off_s = 0.0;                                    // below its threshold
};

struct Verdict {
  std::string name;
  double limit = 0.0, value = 0.0;
  bool met = true;
  bool told = true;  // false: closed forms follow no single event, so whether it is met is not known
};

struct Outcome {
  std::string name, title, mode;
  double duration_s = 0.0;
  bool follows_events = true;  // false: a closed form
  std::uint64_t seed = 0;
  // Where energies and powers of totals, stages and devices are metered. What a battery gives is told by its charge,
  // for its voltage sags; joules then are those at the rails of its regulators. Elsewhere they are those that leave the
  // source.
  bool metered_at_rails = false;
  // rail_power_W: what devices and stages draw from the regulators' rails, without the regulators' losses and what is
  // drawn straight from the source; without regulators the source is their rail. source_power_W: what leaves the source
  // for all of it, losses, quiescent currents and the harvester's converter included.
  double rail_power_W = 0.0, source_power_W = 0.0, source_current_A = 0.0, peak_power_W = 0.0;
  double average_power_W() const { return metered_at_rails ? rail_power_W : source_power_W; }
  double lifetime_s = kUnknown;
  bool lifetime_capped = false;
  std::vector<StageOutcome> stages;
  std::vector<DeviceOutcome> devices;
  std::vector<RailOutcome> rails;
  std::vector<SourceOutcome> sources;
  std::optional<DesignCosts> design;  // as it was simulated in cycles
  SupplyOutcome supply;
  std::vector<Account> accounts;
  std::vector<double> account_source_J;
  std::vector<std::string> rail_names;
  std::map<std::string, double> lost;
  std::vector<Verdict> budget;
  std::vector<std::string> approximations;  // of closed forms, in words
  double conservation = 0.0;                // relative: what left the source against what was accounted for
  std::int64_t events = 0;                  // of a simulation
  double oracle_gap = kUnknown;             // idle energy over the least there could be, less one
};

}  // namespace subvolt::scenario
