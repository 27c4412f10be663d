#include "sim/kernel/frequency_policy.h"

#include "sim/config/registry.h"

namespace subvolt::kernel {
namespace {
config::Registry<std::unique_ptr<FrequencyPolicy>>& policies() {
  static config::Registry<std::unique_ptr<FrequencyPolicy>> all("frequency policy");
  return all;
}
}  // namespace

bool register_frequency_policy(std::unique_ptr<FrequencyPolicy> policy) {
  const std::string name = policy->name();
  return policies().add(name, std::move(policy));
}
std::vector<const FrequencyPolicy*> frequency_policies() { return policies().all(); }
const FrequencyPolicy* find_frequency_policy(const std::string& name) { return policies().find(name); }

}  // namespace subvolt::kernel
