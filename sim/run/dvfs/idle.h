// What a SoC does between inferences: the power intent's own policies, or the deepest of its states.
#pragma once

#include <string>
#include <vector>

#include "sim/config/override.h"
#include "sim/power/intent/power_intent.h"

namespace subvolt::run {

enum class Idle {
  kAsWritten,   // the power intent's policies
  kClockGated,  // idle domains to CLK_GATED at once, where they list it
  kPowerGated,  // idle domains to RETENTION, else OFF, as soon as their min_residency allows; else CLK_GATED
};

// Overrides of the power intent that make it so; none for its own policies. RETENTION goes before OFF, which would lose
// what memories hold.
std::vector<std::string> idle_overrides(const power::PowerIntent& intent, Idle idle);

}  // namespace subvolt::run

namespace subvolt::config {
template <>
struct EnumNames<run::Idle> {
  static const std::vector<std::pair<run::Idle, std::string>>& names();
};
}  // namespace subvolt::config
