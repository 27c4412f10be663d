#include "sim/kernel/gating_policy.h"

#include "sim/kernel/registry.h"

namespace subvolt::kernel {
namespace {
std::vector<std::unique_ptr<GatingPolicy>>& policies() {
  static std::vector<std::unique_ptr<GatingPolicy>> all;
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
  return insert_by_name(policies(), std::move(policy), [](const auto& p) { return p->name(); });
}

std::vector<const GatingPolicy*> gating_policies() {
  std::vector<const GatingPolicy*> out;
  for (const auto& p : policies()) out.push_back(p.get());
  return out;
}

const GatingPolicy* find_gating_policy(const std::string& name) {
  for (const auto& p : policies()) {
    if (p->name() == name) return p.get();
  }
  return nullptr;
}

}  // namespace subvolt::kernel
