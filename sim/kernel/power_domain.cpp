#include "sim/kernel/power_domain.h"

#include <algorithm>
#include <limits>

#include "sim/kernel/gating_policy.h"

namespace subvolt::kernel {

using power::PowerState;

PowerDomain::PowerDomain(sc_core::sc_module_name name, PowerDomainSettings settings, ActivityRecorder& recorder)
    : sc_module(name),
      settings_(std::move(settings)),
      recorder_(recorder),
      index_(recorder.add_power_domain(settings_.name)) {
  sc_core::sc_spawn_options options;
  options.spawn_method();
  options.set_sensitivity(&timer_);
  sc_core::sc_spawn([this] { step(); }, "step", &options);  // runs once at time 0: domains start ON and idle
}

bool PowerDomain::idle() const { return holds_ == 0 && busy_until_ps_ <= now_ps(); }

std::int64_t PowerDomain::patience_ps() const {
  const GatingPolicy* const policy = controller_ ? find_gating_policy(settings_.policy) : nullptr;
  const auto descent = policy ? policy->when_idle(settings_) : std::nullopt;
  return descent && holds_ == 0 ? descent->after_ps : std::numeric_limits<std::int64_t>::max();
}

std::int64_t PowerDomain::work_until(std::int64_t ps) {
  descend_at_ps_ = -1;
  busy_until_ps_ = std::max(busy_until_ps_, ps);
  idle_reported_ = false;
  const std::int64_t ready = wake();
  if (holds_ == 0) schedule(busy_until_ps_);
  return ready;
}

std::int64_t PowerDomain::hold() {
  descend_at_ps_ = -1;
  ++holds_;
  idle_reported_ = false;
  if (state_ == PowerState::kOn) {  // no transition is under way, and idleness begins anew with the release
    timer_.cancel();
    scheduled_ps_ = -1;
  }
  return wake();
}

void PowerDomain::release() {
  --holds_;
  busy_until_ps_ = std::max(busy_until_ps_, now_ps());
  if (holds_ == 0) schedule(busy_until_ps_);
}

std::int64_t PowerDomain::wake() {
  const std::int64_t now = now_ps();
  switch (state_) {
    case PowerState::kOn:
      return now;  // a planned descent stays planned until work comes
    case PowerState::kWaking:
      return transition_end_ps_;
    case PowerState::kSleeping:
      // A descent cannot be broken off: it ends, then the way back begins.
      wake_wanted_ = true;
      return transition_end_ps_ + settings_.timing_of(target_).exit_ps;
    case PowerState::kClkGated:
    case PowerState::kRetention:
    case PowerState::kOff: {
      descend_at_ps_ = -1;
      const std::int64_t exit = settings_.timing_of(state_).exit_ps;
      if (exit == 0) {
        become(PowerState::kOn);
        idle_reported_ = false;  // should no work follow, the domain is idle anew
        schedule(now);
        return now;
      }
      transition_end_ps_ = now + exit;
      become(PowerState::kWaking);
      schedule(transition_end_ps_);
      return transition_end_ps_;
    }
  }
  return now;
}

void PowerDomain::descend_after(std::int64_t delay_ps, PowerState target) {
  if (!settings_.timing_of(target).available || target == state_) return;
  descend_at_ps_ = now_ps() + delay_ps;
  target_ = target;
  schedule(descend_at_ps_);
}

void PowerDomain::become(PowerState next) {
  const PowerState from = state_;
  recorder_.set_power_state(index_, from, next);
  state_ = next;
  for (const auto& listener : listeners_) listener(next);
  if (controller_) controller_->on_transition(*this, from, next);
}

void PowerDomain::schedule(std::int64_t at_ps) {
  // One timer serves all; an earlier wish wins and step() asks again for what is left.
  if (scheduled_ps_ >= 0 && scheduled_ps_ <= at_ps) return;
  scheduled_ps_ = at_ps;
  timer_.cancel();
  timer_.notify(from_ps(std::max<std::int64_t>(at_ps - now_ps(), 0)));
}

void PowerDomain::step() {
  const std::int64_t now = now_ps();
  scheduled_ps_ = -1;

  if (state_ == PowerState::kWaking || state_ == PowerState::kSleeping) {
    if (now < transition_end_ps_) return schedule(transition_end_ps_);
    become(state_ == PowerState::kWaking ? PowerState::kOn : target_);
    if (wake_wanted_ && state_ != PowerState::kOn) {
      wake_wanted_ = false;
      wake();
      if (state_ != PowerState::kOn) return;  // without latency it is ON at once
    }
    if (controller_ && idle()) {
      idle_reported_ = true;
      controller_->on_idle(*this);
    }
  }

  if (!idle()) {
    if (holds_ == 0) schedule(busy_until_ps_);
    return;
  }
  if (!idle_reported_) {
    idle_reported_ = true;
    if (controller_) controller_->on_idle(*this);
  }
  if (descend_at_ps_ < 0) return;
  if (now < descend_at_ps_) return schedule(descend_at_ps_);

  descend_at_ps_ = -1;
  const std::int64_t entry = settings_.timing_of(target_).entry_ps;
  if (entry == 0) {
    become(target_);
    if (controller_) controller_->on_idle(*this);  // it may want to go deeper still
    return;
  }
  transition_end_ps_ = now + entry;
  become(PowerState::kSleeping);
  schedule(transition_end_ps_);
}

}  // namespace subvolt::kernel
