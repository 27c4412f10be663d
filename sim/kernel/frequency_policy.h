// Clocks that run at one of several set-points, and policies that choose among them at run time.
//
// A component whose clock can be changed, such as a memory, offers itself to its clock domain as a ScalableClock; the
// power manager looks at it once per window and asks for what the policy says. When the change takes place, and how
// long the component stands still for it, is the component's matter.
//
// A policy is a kind, as gating policies are: its schema has its name, its meaning and its keys of `scaling.policy` in
// a power intent. Each clock has an instance of its own, which may have state.
//
//   class Utilisation : public kernel::FrequencyPolicy {
//    public:
//     using Config = UtilisationConfig;  // a struct with a schema()
//     explicit Utilisation(const Config& config);
//     ...
//   };
//   const bool utilisation_registered = kernel::register_frequency_policy<Utilisation>();
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/config/kinds.h"
#include "sim/power/intent/policy_kinds.h"
#include "sim/units/hertz.h"
#include "sim/units/picoseconds.h"

namespace subvolt::kernel {

class ScalableClock {
 public:
  virtual ~ScalableClock() = default;
  virtual std::vector<Hertz> set_points() const = 0;  // the fastest first; constant
  virtual std::size_t set_point() const = 0;          // that was asked for last
  virtual void request_set_point(std::size_t point) = 0;
  // Time for which it has moved data so far.
  virtual Picoseconds busy_time() = 0;
};

// A time between two decisions that has ended.
struct ClockWindow {
  std::int64_t busy_permille = 0;  // of it, the component moved data
  std::size_t set_point = 0;       // that was asked for last; 0 is the fastest
  std::size_t set_points = 1;      // how many there are
};

class FrequencyPolicy {
 public:
  virtual ~FrequencyPolicy() = default;
  // The set-point for the next window, less than `set_points`.
  virtual std::size_t choose(const ClockWindow& window) = 0;
  // Whether it chooses by the last window alone. Then it is not asked again while windows without work follow one after
  // which it changed nothing.
  virtual bool forgets() const { return false; }
  // Whether it ever chooses another set-point; constant.
  virtual bool changes() const { return true; }
};

struct FrequencyPolicyKind {
  const config::SchemaBase* schema = nullptr;  // of its keys; the name is the policy's, the summary says what it does
  // From a map of these keys alone. Null, with errors reported, when they are wrong.
  std::function<std::unique_ptr<FrequencyPolicy>(const config::Node& keys, config::Diagnostics& diagnostics)> create;
};

bool register_frequency_policy(FrequencyPolicyKind kind);
std::vector<const FrequencyPolicyKind*> frequency_policies();  // sorted by name
const FrequencyPolicyKind* find_frequency_policy(const std::string& name);

// Policy::Config has a schema(), and Policy is made of it.
template <class Policy>
bool register_frequency_policy() {
  using Config = typename Policy::Config;
  power::frequency_policy_kinds().add(Config::schema());
  return register_frequency_policy(
      {&Config::schema(),
       [](const config::Node& keys, config::Diagnostics& diagnostics) -> std::unique_ptr<FrequencyPolicy> {
         Config config{};
         if (!Config::schema().read(keys, config, diagnostics)) return nullptr;
         return std::make_unique<Policy>(config);
       }});
}

// How a clock is scaled.
struct ClockScaling {
  std::unique_ptr<FrequencyPolicy> policy;  // null: the clock stays as its operating point says
  Picoseconds window{};                     // between decisions
  bool changes() const { return policy && policy->changes(); }
};

// Throws Error(kConfiguration), at the policy's place, when there is none of the name or its keys are wrong.
ClockScaling make_clock_scaling(const config::KindChoice& policy, Picoseconds window);

}  // namespace subvolt::kernel
