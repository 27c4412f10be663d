#include "models/hw/power_manager/power_manager.h"

#include <algorithm>

#include "sim/config/diagnostics.h"
#include "sim/kernel/component_registry.h"

namespace subvolt::hw {
namespace {

using power::PowerState;

enum Event { kTransition, kSetPointRequest, kAlwaysOn };

const bool power_manager_registered = kernel::register_component(
    {"power_manager",
     "Applies gating policies to idle power domains and frequency policies to clocks.",
     &PowerManagerConfig::schema(),
     {},
     PowerManager::events(),
     [](const std::string& name, const config::Node& configuration, kernel::Environment& environment) {
       return std::make_unique<PowerManager>(name.c_str(), PowerManagerConfig::schema().read(configuration),
                                             environment);
     }});

bool in_transition(PowerState state) { return state == PowerState::kWaking || state == PowerState::kSleeping; }

}  // namespace

const config::Schema<PowerManagerConfig>& PowerManagerConfig::schema() {
  static const config::Schema<PowerManagerConfig> schema("power_manager",
                                                         "Controller of all power domains; no parameters.");
  return schema;
}

std::vector<power::EventDeclaration> PowerManager::events() {
  return {{"transition",
           "power_manager.transition",
           power::Cause::kSwitching,
           "One change of a power domain's state: sequencing of isolation, retention, switches and clocks.",
           {}},
          {"set_point_request",
           "power_manager.transition",
           power::Cause::kSwitching,
           "One change of a clock's set-point asked for.",
           {}},
          {"always_on",
           "power_manager.always_on",
           power::Cause::kBackground,
           "Picoseconds of what is never off on a chip: oscillators, references, pads.",
           {},
           power::EventRole::kNone,
           0,
           1}};
}

power::Inventory PowerManager::inventory(std::size_t domains) {
  const auto n = static_cast<std::int64_t>(domains);
  power::Inventory inventory;
  inventory.flip_flops = 8 + 8 * n;
  inventory.logic_gates = 6 * (inventory.flip_flops + 24 * n) + 150 * n + 200;
  inventory.basis =
      "estimate: on the free-running clock an 8-bit prescaler and 8 flip-flops of sequencer per power domain; a "
      "24-bit idle timer per domain on the prescaled clock, whose clock energy is below 1 % of that; 6 gates per "
      "flip-flop, 150 gates of sequencer logic per domain, 200 of registers' interface";
  return inventory;
}

PowerManager::PowerManager(sc_core::sc_module_name name, const PowerManagerConfig&, kernel::Environment& environment)
    : Component(name, environment, {"power_manager", "", inventory(environment.power_domains().size()), events()}) {
  if (!power_domain().aims().empty()) {
    config::Diagnostics diagnostics;
    diagnostics.error(power_domain().settings().policy.keys,
                      "the domain of " + instance() + " must stay on, for nothing else could wake it: use always_on");
    diagnostics.throw_if_any();
  }
  for (kernel::PowerDomain* domain : environment.power_domains()) domain->set_controller(this);
  for (kernel::ClockDomain* clock : environment.clock_domains()) {
    if (clock->scaling().changes()) scaled_.push_back({clock});
  }
  for (Scaled& scaled : scaled_) {
    recorder().every(scaled.clock->scaling().window, [this, &scaled] { return scale(scaled); });
  }
  begin_work();  // idle timers need a clock: it runs to the end of the simulation
}

void PowerManager::settle() {
  count(kAlwaysOn, kernel::time_now() - accounted_);
  accounted_ = kernel::time_now();
}

void PowerManager::on_idle(kernel::PowerDomain& domain) {
  const auto descent = domain.plan();
  if (!descent) return;
  const Picoseconds due = domain.idle_since() + descent->after;
  domain.descend_after(std::max(due - kernel::time_now(), Picoseconds()), descent->state);
}

bool PowerManager::scale(Scaled& scaled) {
  const kernel::ClockScaling& scaling = scaled.clock->scaling();
  kernel::ScalableClock* clock = scaled.clock->scalable();
  if (!clock) return true;
  const Picoseconds busy_time = clock->busy_time();
  const std::int64_t permille = (busy_time - scaled.busy_time) * 1000 / scaling.window;
  scaled.busy_time = busy_time;
  const std::size_t now = clock->set_point();
  const std::size_t points = clock->set_points().size();
  const std::size_t next = scaling.policy->choose({permille, now, points});
  if (next >= points) {
    throw Error(ErrorKind::kInternal, "clock domain " + scaled.clock->name() + ": its frequency policy chooses " +
                                          std::to_string(next) + " of " + std::to_string(points) + " set-points");
  }
  if (next == now) return permille == 0 && scaling.policy->forgets();
  clock->request_set_point(next);
  count(kSetPointRequest);
  return false;
}

void PowerManager::on_transition(kernel::PowerDomain&, PowerState from, PowerState) {
  if (!in_transition(from)) count(kTransition);  // otherwise it is the end of one
}

}  // namespace subvolt::hw
