// The power state machine of one power domain: mechanism only. When to go down its gating policy says, which whoever
// controls the domain applies (models/hw/power_manager), through PowerController.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <systemc>
#include <vector>

#include "sim/kernel/activity_recorder.h"
#include "sim/kernel/gating_policy.h"
#include "sim/kernel/timeline.h"
#include "sim/power/record/power_state.h"
#include "sim/units/picoseconds.h"

namespace subvolt::kernel {

struct StateTiming {
  bool available = false;
  Picoseconds min_residency{};  // not entered for less idle time than this
  Picoseconds entry{};
  Picoseconds exit{};
};

struct PowerDomainSettings {
  std::string name;
  config::KindChoice policy{power::kStandardPolicy};
  std::array<StateTiming, power::kPowerStates> timing;
  bool gate_idle_units = true;
  const StateTiming& timing_of(power::PowerState s) const { return timing[static_cast<std::size_t>(s)]; }
};

class PowerDomain;

// Applies the policies of domains. `on_idle` is called at the moment a domain runs out of work, and when it has settled
// in a state and is idle still.
class PowerController {
 public:
  virtual ~PowerController() = default;
  virtual void on_idle(PowerDomain& domain) = 0;
  virtual void on_transition(PowerDomain& domain, power::PowerState from, power::PowerState to) = 0;
};

class PowerDomain : public sc_core::sc_module {
 public:
  // Without a policy it stays ON.
  PowerDomain(sc_core::sc_module_name name, PowerDomainSettings settings, ActivityRecorder& recorder,
              std::unique_ptr<GatingPolicy> policy = nullptr);
  const PowerDomainSettings& settings() const { return settings_; }
  power::PowerState state() const { return state_; }
  void set_controller(PowerController* controller) { controller_ = controller; }
  void state(StateKey& key) const;
  // Called at every change of state with the new one, after the recorder knows it.
  void on_state(std::function<void(power::PowerState)> listener) { listeners_.push_back(std::move(listener)); }

  // A component of the domain works until `ps`. Asks for power if need be; the result is the time at which
  // the domain is ON and work may begin (now, unless it has to wake), to which the caller has to add.
  Picoseconds work_until(Picoseconds ps);
  // Work of unknown length: between hold() and release() the domain does not go down.
  Picoseconds hold();
  // Holds it once more if it is held and ON.
  bool hold_on() {
    if (holds_ == 0 || state_ != power::PowerState::kOn) return false;
    ++holds_;
    return true;
  }
  void release();
  bool idle() const;
  // All states that it may ever go down to.
  const std::vector<Descent>& aims() const { return aims_; }
  // What its policy does with it if it stays idle. Throws Error(kInternal) when that is none of the aims, or comes
  // sooner than they say, or is no deeper state.
  std::optional<Descent> plan() const;
  // Idle times shorter than this change nothing: the domain stays ON, and nobody wants to know of them.
  Picoseconds patience() const;
  // From the end of the last work or of the last wake-up, whichever is later, so that a domain that has just been woken
  // is not sent back before its work arrives.
  Picoseconds idle_since() const;

  // Wakes the domain if it is down; the time at which it is ON.
  Picoseconds wake();
  // After `delay` of continued idleness go to `target`; forgotten when work comes in between.
  void descend_after(Picoseconds delay, power::PowerState target);

 private:
  void step();  // timers of idleness and of transitions
  void become(power::PowerState next);
  void report_idle();
  void end_idleness();
  void schedule(Picoseconds at);

  PowerDomainSettings settings_;
  ActivityRecorder& recorder_;
  int index_;
  std::unique_ptr<GatingPolicy> policy_;
  LearningPolicy* learner_ = nullptr;  // the policy, if it is one
  std::vector<Descent> aims_;
  PowerController* controller_ = nullptr;
  std::vector<std::function<void(power::PowerState)>> listeners_;
  power::PowerState state_ = power::PowerState::kOn;
  power::PowerState target_ = power::PowerState::kOn;  // of the transition under way, or of the planned descent
  Picoseconds busy_until_{};
  Picoseconds state_since_{};
  Picoseconds on_since_{};
  Picoseconds told_idle_since_{-1};  // of the idle time that was reported and has not ended; -1: none
  Picoseconds transition_end_{};
  Picoseconds descend_at_{-1};  // -1: no descent planned
  bool idle_reported_ = false;
  bool wake_wanted_ = false;
  int holds_ = 0;
  Timer timer_;
};

}  // namespace subvolt::kernel
