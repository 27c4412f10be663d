#include "sim/kernel/frequency_policy.h"

#include "sim/kernel/registry.h"

namespace subvolt::kernel {
namespace {
std::vector<std::unique_ptr<FrequencyPolicy>>& policies() {
  static std::vector<std::unique_ptr<FrequencyPolicy>> all;
  return all;
}
}  // namespace

bool register_frequency_policy(std::unique_ptr<FrequencyPolicy> policy) {
  return insert_by_name(policies(), std::move(policy), [](const auto& p) { return p->name(); });
}

std::vector<const FrequencyPolicy*> frequency_policies() {
  std::vector<const FrequencyPolicy*> out;
  for (const auto& p : policies()) out.push_back(p.get());
  return out;
}

const FrequencyPolicy* find_frequency_policy(const std::string& name) {
  for (const auto& p : policies()) {
    if (p->name() == name) return p.get();
  }
  return nullptr;
}

}  // namespace subvolt::kernel
