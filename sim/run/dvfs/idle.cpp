#include "sim/run/dvfs/idle.h"

#include <algorithm>

#include "sim/config/field_type.h"

namespace subvolt::run {

std::vector<std::string> idle_overrides(const power::PowerIntent& intent, Idle idle) {
  std::vector<std::string> sets;
  if (idle == Idle::kAsWritten) return sets;
  for (const power::PowerDomain& domain : intent.power_domains) {
    const auto lists = [&](power::PowerState state) {
      return std::any_of(domain.states.begin(), domain.states.end(),
                         [state](const power::StateIntent& s) { return s.state == state; });
    };
    const bool gates = idle == Idle::kPowerGated;
    std::string policy;
    if (gates && lists(power::PowerState::kRetention)) {
      policy = "{name: power_gate_after, state: RETENTION, after: 0 s}";
    } else if (gates && lists(power::PowerState::kOff)) {
      policy = "{name: power_gate_after, state: OFF, after: 0 s}";
    } else if (lists(power::PowerState::kClkGated)) {
      policy = "{name: clock_gate, after: 0 s}";
    }
    if (!policy.empty()) sets.push_back("power.power_domains." + domain.name + ".policy=" + policy);
  }
  return sets;
}

}  // namespace subvolt::run

namespace subvolt::config {

const std::vector<std::pair<run::Idle, std::string>>& EnumNames<run::Idle>::names() {
  using run::Idle;
  static const std::vector<std::pair<Idle, std::string>> names{
      {Idle::kAsWritten, "as_written"}, {Idle::kClockGated, "clock_gated"}, {Idle::kPowerGated, "power_gated"}};
  return names;
}

}  // namespace subvolt::config
