// What a device does while nothing is asked of it: kinds of idle policies (idle: in a scenario).
//
// A gap between two pieces of work is spent idle, then in states of rest that are entered one after the other. What a
// policy does in a gap that turns out to be g long is a descent: which states, each after how long. Of one descent the
// energy is straight in g from step to step:
//
//   E(g) = P_idle tau + sum of entries + sum of P_s times in s + exit     (work that begins while a state is entered
//                                                                         waits until it is)
//
// so that expectations over laws of gaps need two moments of theirs (arrival/gap_law.h).
//
// Break-even time of a state (L. Benini, A. Bogliolo and G. De Micheli, "A survey of design techniques for system-level
// dynamic power management", IEEE TVLSI 8(3) 2000): max(T_tr, (E_tr - P_s T_tr) / (P_idle - P_s)), with E_tr and T_tr
// of both changes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/config/makers.h"
#include "sim/scenario/arrival/gap_law.h"

namespace subvolt::scenario {

// SI units; a seam to the engines, who count in them.
struct RestState {
  std::string name;
  double power_W = 0.0;
  double enter_s = 0.0, enter_J = 0.0, exit_s = 0.0, exit_J = 0.0;
};
struct IdleOptions {
  double idle_W = 0.0;
  std::vector<RestState> states;  // by power, falling
};
double break_even_s(const IdleOptions& options, const RestState& state);

struct DescentStep {
  double after_s = 0.0;  // since the gap began
  int state = 0;
};
using Descent = std::vector<DescentStep>;

// What is done in gaps from `from_s` on, up to the next row's.
struct DescentFor {
  double from_s = 0.0;
  Descent descent;
};
// One way to behave, and how often it is chosen.
struct Behaviour {
  double weight = 1.0;
  std::vector<DescentFor> by_gap;
  bool wakes_ahead = false;  // it knows when work comes: waking up is inside of the gap and delays nothing
};

// What is known of the gaps to come.
struct GapsAhead {
  Gaps law;                       // null: nothing
  bool known_beforehand = false;  // a timer: how long each will be
};

class IdlePolicy {
 public:
  static config::Makers<IdlePolicy>& makers();  // by `name`
  virtual ~IdlePolicy() = default;
  // Its behaviours, weights summing to 1.
  virtual std::vector<Behaviour> behaviours(const IdleOptions& options, const GapsAhead& ahead) const = 0;
  // Whether what it does hangs on gaps that were: then a simulation asks descent_for() with its forecast.
  virtual std::optional<double> forecast(double /*last_forecast_s*/, double /*last_gap_s*/) const {
    return std::nullopt;
  }
  virtual Descent descent_for(const IdleOptions& /*options*/, double /*forecast_s*/) const { return {}; }
};

// A policy by its name alone, or a map.
struct IdleChoice {
  config::Made<IdlePolicy> policy;
};

// Of a gap of g seconds: energy, time in each state (idle last), and the state in which it ends (-1: idle).
struct GapCost {
  double energy_J = 0.0;
  std::vector<double> in_s;
  int last = -1;
  double entries_J = 0.0, exits_J = 0.0;
};
GapCost cost_of(const IdleOptions& options, const Behaviour& behaviour, double gap_s);
GapCost cost_of(const IdleOptions& options, const Descent& descent, bool wakes_ahead, double gap_s);

// The same on average over a law.
struct MeanGapCost {
  double energy_J = 0.0;
  std::vector<double> in_s;     // by state, idle last
  std::vector<double> ends_in;  // probability, by state, idle last
};
MeanGapCost mean_cost(const IdleOptions& options, const std::vector<Behaviour>& behaviours, const GapLaw& gaps);

// The least that any policy can need, which knows each gap.
std::vector<Behaviour> oracle(const IdleOptions& options);

// The index of the state with that name; the deepest when it is empty; -1 when there is none.
int state_named(const IdleOptions& options, const std::string& name);

}  // namespace subvolt::scenario

namespace subvolt::config {
template <>
struct FieldType<scenario::IdleChoice> {
  static bool read(const Node& node, scenario::IdleChoice& value, Diagnostics& d);
  static TypeDoc doc();
  static std::string text(const scenario::IdleChoice& value) { return value.policy.kind; }
};
}  // namespace subvolt::config
