// Which rails feed which, and the regulators between.
#pragma once

#include <limits>
#include <vector>

#include "sim/power/intent/power_intent.h"

namespace subvolt::power {

inline constexpr std::size_t kNoRail = std::numeric_limits<std::size_t>::max();

// Rails whose regulators lose other than a constant share of what they deliver, or that feed others or are fed by them:
// what these draw from the battery follows from all that is drawn at a time. The others are not in it.
struct SupplyTree {
  explicit SupplyTree(const PowerIntent& intent);
  std::vector<std::size_t> rails;    // indices into the intent's voltage domains; each before the one that feeds it
  std::vector<std::size_t> feeders;  // by voltage domain: which one feeds it; kNoRail: the battery
  std::vector<bool> holds;           // by voltage domain: whether it is among `rails`
};

// The voltage at a rail's regulator.
Voltage input_of(const VoltageDomain& rail, const Conditions& at);

// Reads the documents of parts, and gives rails that do not say how they move what their regulators do. Throws
// Error(kConfiguration), located.
void settle_regulators(PowerIntent& intent);

// Rails that are fed by others, whose regulators cannot make their voltage of that: throws Error(kConfiguration),
// located. `where`: words for the operating point.
void check_feeding(const PowerIntent& intent, const Conditions& at, const std::string& where);

}  // namespace subvolt::power
