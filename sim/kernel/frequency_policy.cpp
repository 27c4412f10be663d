#include "sim/kernel/frequency_policy.h"

#include "sim/config/registry.h"

namespace subvolt::kernel {
namespace {
config::Registry<FrequencyPolicyKind>& policies() {
  static config::Registry<FrequencyPolicyKind> all("frequency policy");
  return all;
}
}  // namespace

bool register_frequency_policy(FrequencyPolicyKind kind) {
  const std::string name = kind.schema->name();
  return policies().add(name, std::move(kind));
}
std::vector<const FrequencyPolicyKind*> frequency_policies() { return policies().all(); }
const FrequencyPolicyKind* find_frequency_policy(const std::string& name) { return policies().find(name); }

ClockScaling make_clock_scaling(const config::KindChoice& policy, Picoseconds window) {
  config::Diagnostics diagnostics;
  ClockScaling scaling;
  scaling.window = window;
  if (const FrequencyPolicyKind* const kind = find_frequency_policy(policy.name)) {
    scaling.policy = kind->create(policy.keys, diagnostics);
  } else {
    diagnostics.error(policy.keys, config::not_one_of(power::frequency_policy_kinds().names(), policy.name));
  }
  diagnostics.throw_if_any();
  return scaling;
}

}  // namespace subvolt::kernel
