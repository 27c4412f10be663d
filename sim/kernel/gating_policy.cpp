#include "sim/kernel/gating_policy.h"

#include "sim/config/registry.h"

namespace subvolt::kernel {
namespace {
config::Registry<std::unique_ptr<GatingPolicy>>& policies() {
  static config::Registry<std::unique_ptr<GatingPolicy>> all("gating policy");
  return all;
}
}  // namespace

std::vector<Descent> descents(const GatingPolicy& policy, const PowerDomainSettings& domain) {
  std::vector<Descent> way;
  auto next = policy.when_idle(domain);
  // Policies go down only, so no way is longer than there are states.
  while (next && way.size() < power::kPowerStates) {
    way.push_back(*next);
    next = policy.when_settled(domain, next->state);
  }
  return way;
}

bool register_gating_policy(std::unique_ptr<GatingPolicy> policy) {
  const std::string name = policy->name();
  return policies().add(name, std::move(policy));
}
std::vector<const GatingPolicy*> gating_policies() { return policies().all(); }
const GatingPolicy* find_gating_policy(const std::string& name) { return policies().find(name); }

}  // namespace subvolt::kernel
