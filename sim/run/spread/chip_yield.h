// Many chips of one design: simulated once, each priced at its own thresholds and its own slowest path.
//
// Speeds are those of all clocks of the run in proportion: f_max is what the scaled clock comes to when the first of
// them can go no faster. Chips that are slower than the clock that is asked for are priced at theirs.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/run/spread/chip_surface.h"
#include "sim/run/spread/memory_limits.h"

namespace subvolt::run {

struct YieldRequest {
  std::vector<Voltage> voltages;       // rising, that a supply can be set to: of the scaled domain
  std::optional<Frequency> frequency;  // of the scaled clock, that chips must make; absent: the run's
  std::optional<Power> power;          // that they must not exceed at it; absent: no limit
  double share = 0.99;                 // of chips that one voltage for all must serve
  std::int64_t samples = 10'000;
  std::uint64_t seed = 0;
};

struct PricedChip : DrawnChip {
  Frequency f_max;  // at the voltage of the run
  Power leakage;    // there
  Energy energy;    // of the run, there, at the clock asked for
  Power power;      // energy over the time that it takes
  bool fast_enough = false, frugal = false;
  Voltage best_voltage;               // at which the run takes least energy, at f_max
  Energy least_energy;                // there
  std::optional<Voltage> own_supply;  // lowest voltage at which it makes the clock; absent: none
  Energy own_energy;                  // at it, or 0
};

// Figures that a share of chips keep: f_max at least, in closed form beside that of the chips drawn.
struct FMaxOfShare {
  double share = 0.0;
  Frequency drawn, closed_form;
};

struct YieldResult {
  Voltage voltage;
  Frequency frequency;
  std::vector<PricedChip> chips;
  std::vector<FMaxOfShare> f_max;
  double fast_enough = 0.0, frugal = 0.0, both = 0.0;  // shares of the chips
  double fast_enough_closed_form = 0.0;
  // Per-chip supplies against one for all.
  double served_by_own = 0.0;             // share of chips that make the clock at some voltage
  std::optional<Voltage> one_for_all;     // lowest voltage at which the share that is asked for makes it
  double served_by_one = 0.0;             // share of chips that make it there
  Energy mean_at_one, mean_at_own;        // of the chips that are served by it
  Energy longest_at_one, longest_at_own;  // 99th of a hundred of them
  std::vector<MemoryLimit> memories;      // what they need in the share of chips that is asked for
  std::string why_not;                    // what does not work at the first of the voltages left out
};

// Throws Error(kConfiguration): as PricedRun and ChipSurface, and where nothing works at the voltage of the run.
YieldResult chip_yield(const power::ActivityRecord& record, const DesignPoint& point, const YieldRequest& request);

// In rising order of figure, the one that `share` of them do not exceed: between 0 and 1.
template <class Q>
Q share_of(std::vector<Q> values, double share) {
  std::sort(values.begin(), values.end());
  const auto at = static_cast<std::size_t>(share * static_cast<double>(values.size()));
  return values[std::min(at, values.size() - 1)];
}

}  // namespace subvolt::run
