#include "sim/kernel/power_domain.h"

#include <algorithm>
#include <limits>

namespace subvolt::kernel {

using power::PowerState;

namespace {
bool in_transition(PowerState state) { return state == PowerState::kWaking || state == PowerState::kSleeping; }
}  // namespace

PowerDomain::PowerDomain(sc_core::sc_module_name name, PowerDomainSettings settings, ActivityRecorder& recorder,
                         std::unique_ptr<GatingPolicy> policy)
    : sc_module(name),
      settings_(std::move(settings)),
      recorder_(recorder),
      index_(recorder.add_power_domain(settings_.name)),
      policy_(std::move(policy)),
      learner_(dynamic_cast<LearningPolicy*>(policy_.get())),
      timer_([this] { step(); }, Timer::Order::kLast) {
  if (policy_) aims_ = policy_->aims();
  schedule(0);  // domains start ON and idle
}

bool PowerDomain::idle() const { return holds_ == 0 && busy_until_ps_ <= now_ps(); }

std::int64_t PowerDomain::idle_since_ps() const { return std::max(busy_until_ps_, on_since_ps_); }

std::optional<Descent> PowerDomain::plan() const {
  const auto descent = policy_ ? policy_->next(state_) : std::nullopt;
  if (!descent) return descent;
  const auto refuse = [&](const std::string& how) {
    throw Error(ErrorKind::kInternal, "power domain " + settings_.name + ": gating policy " + settings_.policy.name +
                                          " sends it from " + power::to_text(state_) + " to " +
                                          power::to_text(descent->state) + how);
  };
  const auto aim =
      std::find_if(aims_.begin(), aims_.end(), [&](const Descent& a) { return a.state == descent->state; });
  if (aim == aims_.end()) refuse(", which is none of its aims()");
  if (descent->state <= state_) refuse(", which is not deeper");
  if (descent->after_ps < aim->after_ps) refuse(" sooner than its aims() say");
  return descent;
}

std::int64_t PowerDomain::patience_ps() const {
  constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();
  if (!controller_ || holds_ > 0) return kForever;
  if (learner_) return 0;
  const auto descent = plan();
  return descent ? descent->after_ps : kForever;
}

// Its timer is the timeline's matter.
void PowerDomain::state(StateKey& key) const {
  const std::int64_t now = now_ps();
  key.add(static_cast<std::int64_t>(state_));
  const bool on_its_way = in_transition(state_);
  if (on_its_way || descend_at_ps_ >= 0) key.add(static_cast<std::int64_t>(target_));
  key.add(on_its_way ? transition_end_ps_ - now : -1);
  key.add(descend_at_ps_ >= 0 ? descend_at_ps_ - now : -1);
  key.add_ahead(busy_until_ps_);
  // Beyond its longest wait a policy makes no difference.
  std::int64_t longest_ps = 0;
  for (const Descent& aim : aims_) longest_ps = std::max(longest_ps, aim.after_ps);
  key.add_ahead(idle_since_ps() + longest_ps);
  key.add(idle_reported_);
  key.add(wake_wanted_);
  key.add(holds_);
  if (!learner_) return;
  key.add(told_idle_since_ps_ < 0 ? -1 : now - told_idle_since_ps_);
  key.add(now - state_since_ps_);
  learner_->state(key);
}

std::int64_t PowerDomain::work_until(std::int64_t ps) {
  end_idleness();
  descend_at_ps_ = -1;
  busy_until_ps_ = std::max(busy_until_ps_, ps);
  idle_reported_ = false;
  const std::int64_t ready = wake();
  if (holds_ == 0) schedule(busy_until_ps_);
  return ready;
}

std::int64_t PowerDomain::hold() {
  if (hold_on()) return now_ps();
  end_idleness();
  descend_at_ps_ = -1;
  ++holds_;
  idle_reported_ = false;
  // No transition is under way then, and idleness begins anew with the release.
  if (state_ == PowerState::kOn) timer_.cancel();
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
      end_idleness();
      // A descent cannot be broken off: it ends, then the way back begins.
      wake_wanted_ = true;
      return transition_end_ps_ + settings_.timing_of(target_).exit_ps;
    case PowerState::kClkGated:
    case PowerState::kRetention:
    case PowerState::kOff: {
      end_idleness();
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
  state_since_ps_ = now_ps();
  if (next == PowerState::kOn) on_since_ps_ = now_ps();
  for (const auto& listener : listeners_) listener(next);
  if (controller_) controller_->on_transition(*this, from, next);
}

void PowerDomain::report_idle() {
  idle_reported_ = true;
  if (!controller_) return;
  if (told_idle_since_ps_ < 0) told_idle_since_ps_ = idle_since_ps();
  controller_->on_idle(*this);
}

void PowerDomain::end_idleness() {
  if (told_idle_since_ps_ < 0) return;
  const std::int64_t now = now_ps();
  const PowerState state = state_ == PowerState::kSleeping ? target_ : state_;
  const std::int64_t resided = in_transition(state_) || state == PowerState::kOn ? 0 : now - state_since_ps_;
  const Idleness idleness{told_idle_since_ps_, now, state, resided};
  told_idle_since_ps_ = -1;
  // Work that follows work within an instant is no pause, whichever of the two the domain sees first.
  if (learner_ && (idleness.length_ps() > 0 || state != PowerState::kOn)) learner_->learn(idleness);
}

void PowerDomain::schedule(std::int64_t at_ps) {
  // One timer serves all; an earlier wish wins and step() asks again for what is left.
  timer_.at(std::max(at_ps, now_ps()));
}

void PowerDomain::step() {
  const std::int64_t now = now_ps();
  if (in_transition(state_)) {
    if (now < transition_end_ps_) return schedule(transition_end_ps_);
    become(state_ == PowerState::kWaking ? PowerState::kOn : target_);
    if (wake_wanted_ && state_ != PowerState::kOn) {
      wake_wanted_ = false;
      wake();
      if (state_ != PowerState::kOn) return;  // without latency it is ON at once
    }
    if (controller_ && idle()) report_idle();
  }

  if (!idle()) {
    if (holds_ == 0) schedule(busy_until_ps_);
    return;
  }
  if (!idle_reported_) report_idle();
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
