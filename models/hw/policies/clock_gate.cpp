// clock_gate: after `after` of idleness (and no less than min_residency) the root of the domain's clock stops.
// Supply and state stay.
#include "models/hw/policies/idle_time.h"
#include "sim/kernel/gating_policy.h"

namespace subvolt::hw {
namespace {

using power::PowerState;

struct ClockGateConfig {
  Time after;
  static const config::Schema<ClockGateConfig>& schema();
};

const config::Schema<ClockGateConfig>& ClockGateConfig::schema() {
  static const auto s =
      config::Schema<ClockGateConfig>("clock_gate", "Idle domains go to CLK_GATED after `after`.")
          .optional("after", &ClockGateConfig::after,
                    "Idle time before the domain goes down; no less than min_residency.", config::at_least(Time()));
  return s;
}

class ClockGate : public kernel::GatingPolicy {
 public:
  using Config = ClockGateConfig;
  ClockGate(const Config& config, const kernel::PowerDomainSettings& domain)
      : way_(descent_to(PowerState::kClkGated, config.after, domain)) {}
  std::vector<kernel::Descent> aims() const override { return {way_}; }
  std::optional<kernel::Descent> next(PowerState state) const override {
    return state == PowerState::kOn ? std::optional(way_) : std::nullopt;
  }

 private:
  kernel::Descent way_;
};

const bool clock_gate_registered = kernel::register_gating_policy<ClockGate>();

}  // namespace
}  // namespace subvolt::hw
