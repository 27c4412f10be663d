#include "sim/kernel/gating_policy.h"

#include "sim/kernel/registry.h"

namespace subvolt::kernel {
namespace {
std::vector<std::unique_ptr<GatingPolicy>>& policies() {
  static std::vector<std::unique_ptr<GatingPolicy>> all;
  return all;
}
}  // namespace

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
