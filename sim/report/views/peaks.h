// Where a run draws most, and by whom: its hottest windows, and what wakes up at once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/report/views/traced_run.h"

namespace subvolt::report {

struct Contributor {
  std::string component;
  power::Cause cause = power::Cause::kSwitching;
  Power power;  // mean over the window
};

// The highest mean power over a time of that length within the run; of several, none overlaps one before.
struct HotWindow {
  Picoseconds length{};
  Picoseconds begin{};
  Power power;
  // The longest epoch in it: power is known as a mean over each. Longer than the window: a peak within is not known.
  Picoseconds epoch{};
  std::vector<std::string> layers;        // at work then
  std::vector<Contributor> contributors;  // all that draw something, the largest first
};

// A domain that comes to ON. Currents are means over power::kShortestRow: for less, power is no measurement.
struct WakeUp {
  std::string domain, rail;
  power::PowerState from = power::PowerState::kOff;
  Picoseconds at{};        // leaves its state
  Picoseconds time{};      // until ON; 0: at an edge
  std::int64_t times = 1;  // such wake-ups of the domain in the run; this one has the largest step
  // Of the rail's current, from before it begins to leave its state to when it is ON.
  Current step;
  Current after;  // all of the rail then
  // What restoring the domain takes from the rail (transition energy over voltage), the largest of any epoch, and
  // drawn evenly over `time`; absent where it takes none, or where `time` is 0.
  double charge_C = 0.0;
  std::optional<Current> inrush;
  std::vector<Contributor> contributors;  // more power after than before, the largest first; of the rail alone
};

struct Peaks {
  std::vector<HotWindow> windows;  // by length
  std::vector<WakeUp> wakes;       // by domain and state, the largest step first
};

Peaks peaks_of(const TracedRun& run, const std::vector<Picoseconds>& lengths, std::size_t windows_of_each);

// What supplies stand, as options say it.
struct SupplyLimits {
  std::optional<Current> limit;
  std::optional<Capacitance> decap;  // else that of each rail's transition
};
std::string peaks_card(const Peaks& peaks, const TracedRun& run, const SupplyLimits& limits);
Json peaks_json(const Peaks& peaks, const TracedRun& run, const SupplyLimits& limits);

}  // namespace subvolt::report
