#include "sim/kernel/gating_policy.h"

#include <algorithm>

#include "sim/config/registry.h"
#include "sim/kernel/power_domain.h"
#include "sim/units/text.h"

namespace subvolt::kernel {
namespace {

using power::PowerState;

config::Registry<GatingPolicyKind>& policies() {
  static config::Registry<GatingPolicyKind> all("gating policy");
  return all;
}

// The states of a domain that stays in them are numbered by their depth.
bool is_down(PowerState state) {
  return state == PowerState::kClkGated || state == PowerState::kRetention || state == PowerState::kOff;
}

// The key that chose the state, if one did: `state: OFF`.
const config::Node& place_of(PowerState state, const config::Node& keys) {
  for (const config::Node::Entry& entry : keys.entries()) {
    if (entry.node.is_scalar() && entry.node.value() == power::to_text(state)) return entry.node;
  }
  return keys;
}

// What is wrong with it; empty when nothing is.
std::string fault_of(const Descent& aim, const PowerDomainSettings& domain) {
  const std::string state = power::to_text(aim.state);
  const std::string goes = domain.policy.name + " goes to " + state;
  if (!is_down(aim.state)) return goes + ", which is not down: choose CLK_GATED, RETENTION or OFF";
  const StateTiming& timing = domain.timing_of(aim.state);
  if (!timing.available) {
    return goes + ", which the domain's states do not list: add {state: " + state + "} to the states of " + domain.name;
  }
  if (aim.after >= timing.min_residency) return "";
  const auto time = [](Picoseconds ps) { return brief(Time::from_si(static_cast<double>(ps.value()) * 1e-12)); };
  return goes + " after " + time(aim.after) + " of idleness, and the state's min_residency is " +
         time(timing.min_residency) + ": let it wait at least as long";
}

bool check_aims(const GatingPolicy& policy, const PowerDomainSettings& domain, config::Diagnostics& diagnostics) {
  const std::vector<Descent> aims = policy.aims();
  const std::size_t before = diagnostics.errors().size();
  for (const Descent& aim : aims) {
    const std::string fault = fault_of(aim, domain);
    if (!fault.empty()) diagnostics.error(place_of(aim.state, domain.policy.keys), fault);
  }
  if (diagnostics.errors().size() != before) return false;
  const auto not_deeper = [](const Descent& a, const Descent& b) { return a.state >= b.state; };
  if (std::adjacent_find(aims.begin(), aims.end(), not_deeper) == aims.end()) return true;
  throw Error(ErrorKind::kInternal, "gating policy " + domain.policy.name + ": aims() are not in the order of depth");
}

}  // namespace

bool register_gating_policy(GatingPolicyKind kind) {
  const std::string name = kind.schema->name();
  return policies().add(name, std::move(kind));
}
std::vector<const GatingPolicyKind*> gating_policies() { return policies().all(); }
const GatingPolicyKind* find_gating_policy(const std::string& name) { return policies().find(name); }

std::unique_ptr<GatingPolicy> make_gating_policy(const PowerDomainSettings& domain, config::Diagnostics& diagnostics) {
  const GatingPolicyKind* const kind = find_gating_policy(domain.policy.name);
  if (!kind) {
    diagnostics.error(domain.policy.keys, config::not_one_of(power::policy_kinds().names(), domain.policy.name));
    return nullptr;
  }
  auto policy = kind->create(domain.policy.keys, domain, diagnostics);
  return policy && check_aims(*policy, domain, diagnostics) ? std::move(policy) : nullptr;
}

}  // namespace subvolt::kernel
