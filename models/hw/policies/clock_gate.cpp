// clock_gate: after `after` of idleness (and no less than min_residency) the root of the domain's clock stops.
// Supply and state stay.
#include "models/hw/policies/idle_time.h"
#include "sim/kernel/gating_policy.h"

namespace subvolt::hw {
namespace {

class ClockGate : public kernel::GatingPolicy {
 public:
  std::string name() const override { return "clock_gate"; }
  std::string summary() const override { return "Idle domains go to CLK_GATED after `after`."; }
  std::optional<kernel::Descent> when_idle(const kernel::PowerDomainSettings& domain) const override {
    return kernel::Descent{wait_before(power::PowerState::kClkGated, domain), power::PowerState::kClkGated};
  }
};

const bool clock_gate_registered = kernel::register_gating_policy(std::make_unique<ClockGate>());

}  // namespace
}  // namespace subvolt::hw
