// How long a rest must be so that a deeper state pays: per power domain and state, and per mode of the whole chip.
//
// Each state is held against staying ON, other domains as their policies have them. Both are simulated in cycles, with
// inferences far enough apart. Of a gap g between two inferences they cost, beside the work itself,
//
//   ON     P_on g              state   E_tr + P_s g
//
// so that the state pays from E_tr / (P_on - P_s) on (L. Benini, A. Bogliolo and G. De Micheli, IEEE TVLSI 8(3) 2000),
// and never before it is entered. E_tr is all that the way down and up costs, wherever on the chip: rails and arrays
// that are charged again, clocks and leakage while others wait, sequencing, regulators, and weights that were lost.
// From energies above rest, E' and E_on, of an inference of t seconds,
//
//   E_tr = E' - E_on - (P_on - P_s) (t + min_residency)
//
// for nothing rests while there is work, and policies wait for min_residency before they go down.
//
// In device trees, whole microseconds, rounded up:
//
//   Linux    min-residency-us: gap from which the state pays, time of entry included; the way back begins with the
//            next work and comes on top (bindings/cpu/idle-states.yaml; cpuidle enters for sleeps as long as that)
//   Zephyr   wakes up ahead of what it knows to come, and enters where the gap is at least min-residency-us +
//            exit-latency-us (subsys/pm/policy/policy_default.c): E_tr + P_s (g - t_exit) = P_on g, less t_exit
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/run/days/rest.h"

namespace subvolt::run {

// What E_tr goes to. kWaiting: leakage, retention and background while domains change and others wait.
enum class TransitionPart { kRail, kClocks, kControl, kWaiting, kRegulators, kWeights };
inline constexpr int kTransitionParts = 6;
const char* to_text(TransitionPart part);

struct StateBreakEven {
  std::string domain, state;
  std::string why_not;  // it cannot be; empty: the rest holds
  Power on, rest;       // of the whole design
  Energy transition;
  std::array<Energy, kTransitionParts> parts{};
  bool forgets = false;                             // weights are loaded again
  Time entry, exit;                                 // as the power intent has them, or the mode's
  Time later;                                       // that an inference ends, for what had to be woken or loaded
  std::optional<Time> break_even;                   // none: it never pays
  std::optional<std::int64_t> linux_us, zephyr_us;  // min-residency-us
  std::int64_t exit_us = 0, entry_us = 0;
};

// From which gap on a choice costs least of all of its domain, ON included.
struct Choice {
  std::string domain, state;
  Time from;
  std::optional<Frequency> below;  // inferences per second; none: from any gap on
};

// Two modes of the chip, of which the second forgets weights.
struct KeepOrReload {
  std::string keeps, forgets;
  Power kept, forgotten;
  Energy reload;  // above rest
  Time reload_time;
  std::optional<Time> break_even, interval;  // gap; from one inference to the next
};

struct BreakEvens {
  std::string operating_point;
  Time latency;                        // of an inference whose weights are there
  std::vector<StateBreakEven> states;  // by domain; "chip" for its modes
  std::vector<Choice> choices;         // likewise, by gap
  std::vector<KeepOrReload> keep_or_reload;
  std::int64_t simulations = 0;
};

inline constexpr const char* kChip = "chip";

// `request`: of a design with one network. `domain`: one of the power intent's, or `chip`; all when empty. Throws
// Error(kConfiguration).
BreakEvens break_evens(const Request& request, const std::string& domain, const std::function<void(double)>& progress);

}  // namespace subvolt::run
