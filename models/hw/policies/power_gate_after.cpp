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

class PowerGateAfter : public kernel::GatingPolicy {
 public:
  std::string name() const override { return "power_gate_after"; }
  std::string summary() const override { return "Idle domains go to `state` (RETENTION or OFF) after `after`."; }

  std::optional<kernel::Descent> when_idle(const kernel::PowerDomainSettings& domain) const override {
    const kernel::StateTiming& gated = domain.timing_of(PowerState::kClkGated);
    const bool gate_first = !domain.gate_idle_units && gated.available && gated.min_residency_ps == 0;
    return gate_first ? kernel::Descent{0, PowerState::kClkGated} : last_descent(domain);
  }
  std::optional<kernel::Descent> when_settled(const kernel::PowerDomainSettings& domain,
                                              PowerState state) const override {
    if (state != PowerState::kClkGated || domain.policy_state == PowerState::kClkGated) return std::nullopt;
    return last_descent(domain);
  }

 private:
  static kernel::Descent last_descent(const kernel::PowerDomainSettings& domain) {
    return {wait_before(domain.policy_state, domain), domain.policy_state};
  }
};

const bool power_gate_after_registered = kernel::register_gating_policy(std::make_unique<PowerGateAfter>());

}  // namespace
}  // namespace subvolt::hw
