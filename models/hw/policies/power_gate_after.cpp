// power_gate_after: after `after` of idleness (and no less than min_residency) the domain goes to `state`:
// RETENTION or OFF.
//
// While it waits, the domain stays ON if leaf clock gates stop the clocks of idle units anyway: gating the root
// as well would save nothing and toggle with every short pause. Without leaf gates it goes to CLK_GATED at
// once, where the domain has that state and can afford it (min_residency zero), and from there to `state`.
#include "models/hw/policies/idle_time.h"
#include "sim/kernel/gating_policy.h"

namespace subvolt::hw {
namespace {

using power::PowerState;

struct PowerGateAfterConfig {
  Time after;
  PowerState state = PowerState::kOff;
  static const config::Schema<PowerGateAfterConfig>& schema();
};

const config::Schema<PowerGateAfterConfig>& PowerGateAfterConfig::schema() {
  static const auto s =
      config::Schema<PowerGateAfterConfig>("power_gate_after",
                                           "Idle domains go to `state` (RETENTION or OFF) after `after`.")
          .optional("after", &PowerGateAfterConfig::after,
                    "Idle time before the domain goes down; no less than min_residency.", config::at_least(Time()))
          .optional("state", &PowerGateAfterConfig::state, "The state that it goes to; one of the domain's states.");
  return s;
}

class PowerGateAfter : public kernel::GatingPolicy {
 public:
  using Config = PowerGateAfterConfig;
  PowerGateAfter(const Config& config, const kernel::PowerDomainSettings& domain) {
    const kernel::StateTiming& gated = domain.timing_of(PowerState::kClkGated);
    const bool gate_first = !domain.gate_idle_units && gated.available && gated.min_residency == Picoseconds();
    if (gate_first) way_.push_back({0, PowerState::kClkGated});
    if (!gate_first || config.state != PowerState::kClkGated) {
      way_.push_back(descent_to(config.state, config.after, domain));
    }
  }
  std::vector<kernel::Descent> aims() const override { return way_; }
  std::optional<kernel::Descent> next(PowerState state) const override {
    for (const kernel::Descent& descent : way_) {
      if (descent.state > state) return descent;
    }
    return std::nullopt;
  }

 private:
  std::vector<kernel::Descent> way_;
};

const bool power_gate_after_registered = kernel::register_gating_policy<PowerGateAfter>();

}  // namespace
}  // namespace subvolt::hw
