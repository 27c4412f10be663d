// Policies by name: when an idle power domain leaves ON, and for which state.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/kernel/power_domain.h"

namespace subvolt::kernel {

struct Descent {
  std::int64_t after_ps = 0;  // of idleness
  power::PowerState state = power::PowerState::kClkGated;
};

class GatingPolicy {
 public:
  virtual ~GatingPolicy() = default;
  virtual std::string name() const = 0;
  virtual std::string summary() const = 0;
  // What to do with a domain that has just become idle; nothing: stay ON.
  virtual std::optional<Descent> when_idle(const PowerDomainSettings& domain) const = 0;
  // And after it has settled in `state` and is idle still: a deeper state, or nothing.
  virtual std::optional<Descent> when_settled(const PowerDomainSettings&, power::PowerState) const {
    return std::nullopt;
  }
};

// All the way down, from ON: each descent that the policy takes if the domain stays idle, in order. What must hold of a
// policy is asked of all of them, not of the first.
std::vector<Descent> descents(const GatingPolicy& policy, const PowerDomainSettings& domain);

bool register_gating_policy(std::unique_ptr<GatingPolicy> policy);
std::vector<const GatingPolicy*> gating_policies();  // sorted by name
const GatingPolicy* find_gating_policy(const std::string& name);

}  // namespace subvolt::kernel
