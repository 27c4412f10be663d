// Gating policies: when an idle power domain leaves ON, and for which state.
//
// A policy is a kind: its schema has its name, its meaning and its keys of `policy:` in a power intent. Each power
// domain has an instance of its own, which may have state.
//
//   class ClockGate : public kernel::GatingPolicy {
//    public:
//     using Config = ClockGateConfig;  // a struct with a schema()
//     ClockGate(const Config& config, const kernel::PowerDomainSettings& domain);
//     ...
//   };
//   const bool clock_gate_registered = kernel::register_gating_policy<ClockGate>();
//
// What a policy may do is what its aims() say, and is checked once, when the instance is made: against the domain's
// states and their min_residency here, against memories by whoever knows of them (sim/soc/live_data.h). The domain
// holds the policy to them each time that it decides (PowerDomain::plan).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/config/kinds.h"
#include "sim/kernel/repeat/state_key.h"
#include "sim/power/intent/policy_kinds.h"
#include "sim/power/record/power_state.h"
#include "sim/units/picoseconds.h"

namespace subvolt::kernel {

struct PowerDomainSettings;

struct Descent {
  Picoseconds after{};  // of idleness
  power::PowerState state = power::PowerState::kClkGated;
};

class GatingPolicy {
 public:
  virtual ~GatingPolicy() = default;
  // All states that it may ever choose, the deeper ones later, each with the shortest idle time before it. Constant.
  virtual std::vector<Descent> aims() const = 0;
  // What to do with a domain that is idle and in `state`: after so much idleness go to a deeper one, or nothing. Asked
  // when the domain becomes idle, from ON, and when it has settled in a state and is idle still. Asking changes
  // nothing.
  virtual std::optional<Descent> next(power::PowerState state) const = 0;
};

// A time without work that has ended.
struct Idleness {
  Picoseconds begin{};                               // the end of the last work or wake-up, whichever is later
  Picoseconds end{};                                 // work came, or a call for power
  power::PowerState state = power::PowerState::kOn;  // where the domain was then, or was about to be
  Picoseconds resided{};                             // for so long in `state`; 0 on the way there, and in ON
  Picoseconds length() const { return end - begin; }
};

// A policy that learns. It is told of every idle time, however short, in the order of time: so nothing passes over the
// short ones on a direct path (sim/kernel/direct_path.h), and the accesses of a host take longer to simulate.
class LearningPolicy : public GatingPolicy {
 public:
  virtual void learn(const Idleness& idleness) = 0;
  // What it has learned; default: not known.
  virtual void state(StateKey& key) const { key.not_known(); }
};

struct GatingPolicyKind {
  const config::SchemaBase* schema = nullptr;  // of its keys; the name is the policy's, the summary says what it does
  // From a map of these keys alone. Null, with errors reported, when they are wrong.
  std::function<std::unique_ptr<GatingPolicy>(const config::Node& keys, const PowerDomainSettings& domain,
                                              config::Diagnostics& diagnostics)>
      create;
};

bool register_gating_policy(GatingPolicyKind kind);
std::vector<const GatingPolicyKind*> gating_policies();  // sorted by name
const GatingPolicyKind* find_gating_policy(const std::string& name);

// Policy::Config has a schema(), and Policy is made of it and of the domain's settings.
template <class Policy>
bool register_gating_policy() {
  using Config = typename Policy::Config;
  power::policy_kinds().add(Config::schema());
  return register_gating_policy({&Config::schema(),
                                 [](const config::Node& keys, const PowerDomainSettings& domain,
                                    config::Diagnostics& diagnostics) -> std::unique_ptr<GatingPolicy> {
                                   Config config{};
                                   if (!Config::schema().read(keys, config, diagnostics)) return nullptr;
                                   return std::make_unique<Policy>(config, domain);
                                 }});
}

// The policy that the domain names. Null, with errors reported at the policy's place, when there is none of the name,
// its keys are wrong, or it aims at a state that the domain does not have, cannot go down to, or that wants a longer
// wait. Throws Error(kInternal) when the aims are not in the order of their depth.
std::unique_ptr<GatingPolicy> make_gating_policy(const PowerDomainSettings& domain, config::Diagnostics& diagnostics);

}  // namespace subvolt::kernel
