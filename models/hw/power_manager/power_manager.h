// Applies to every idle power domain of the SoC the gating policy that its power intent names.
//
// Parameters: none. Ports: none. It lives in a power domain whose policy is always_on: a controller that
// switched itself off could not wake anything.
//
// When a domain becomes idle the policy says how long it must stay so and where it then goes; work that comes
// in between cancels the plan, work that comes during a descent waits for descent and wake-up (PowerDomain).
// A domain that has settled in a state and is idle still is put to the policy again, which may send it deeper.
//
// Clocks whose power intent names a frequency policy are looked at once per window: the policy chooses the set-point of
// the next one by the part of the window in which their component moved data.
//
// Events: transition (price power_manager.transition), each change of a domain's state that is begun;
// set_point_request (the same price), each change of a clock that is asked for; residency always_on (price
// power_manager.always_on), all the time.
// Errors: kConfiguration, at the place of its domain's policy, when that may go down; kInternal when a policy does what
// its aims do not say, or chooses a set-point that there is not.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/config/schema.h"
#include "sim/kernel/component.h"
#include "sim/units/picoseconds.h"

namespace subvolt::hw {

struct PowerManagerConfig {
  static const config::Schema<PowerManagerConfig>& schema();
};

class PowerManager : public kernel::Component, public kernel::PowerController {
 public:
  // Takes control of all power domains that the environment has.
  PowerManager(sc_core::sc_module_name name, const PowerManagerConfig& config, kernel::Environment& environment);
  static std::vector<power::EventDeclaration> events();
  static power::Inventory inventory(std::size_t domains);

  void on_idle(kernel::PowerDomain& domain) override;
  void settle() override;
  // Of policies of clocks it is not told: where in its window each is.
  void state(kernel::StateKey& key) const override {
    if (!scaled_.empty()) key.not_known();
  }
  void on_transition(kernel::PowerDomain& domain, power::PowerState from, power::PowerState to) override;

 private:
  struct Scaled {
    kernel::ClockDomain* clock;
    Picoseconds busy_time{};  // at the end of the last window
  };
  bool scale(Scaled& scaled);  // at the end of a window; false: something changes

  std::vector<Scaled> scaled_;
  Picoseconds accounted_{};  // until then it is counted that it is on
};

}  // namespace subvolt::hw
