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
  schedule(Picoseconds());  // domains start ON and idle
}

bool PowerDomain::idle() const { return holds_ == 0 && busy_until_ <= time_now(); }

Picoseconds PowerDomain::idle_since() const { return std::max(busy_until_, on_since_); }

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
  if (descent->after < aim->after) refuse(" sooner than its aims() say");
  return descent;
}

Picoseconds PowerDomain::patience() const {
  constexpr Picoseconds kForever = Picoseconds::max();
  if (!controller_ || holds_ > 0) return kForever;
  if (learner_) return {};
  const auto descent = plan();
  return descent ? descent->after : kForever;
}

// Its timer is the timeline's matter.
void PowerDomain::state(StateKey& key) const {
  const Picoseconds now = time_now();
  key.add(static_cast<std::int64_t>(state_));
  const bool on_its_way = in_transition(state_);
  if (on_its_way || descend_at_ >= Picoseconds()) key.add(static_cast<std::int64_t>(target_));
  key.add(on_its_way ? transition_end_ - now : Picoseconds(-1));
  key.add(descend_at_ >= Picoseconds() ? descend_at_ - now : Picoseconds(-1));
  key.add_ahead(busy_until_);
  // Beyond its longest wait a policy makes no difference.
  Picoseconds longest{};
  for (const Descent& aim : aims_) longest = std::max(longest, aim.after);
  key.add_ahead(idle_since() + longest);
  key.add(idle_reported_);
  key.add(wake_wanted_);
  key.add(holds_);
  if (!learner_) return;
  key.add(told_idle_since_ < Picoseconds() ? Picoseconds(-1) : now - told_idle_since_);
  key.add(now - state_since_);
  learner_->state(key);
}

Picoseconds PowerDomain::work_until(Picoseconds ps) {
  end_idleness();
  descend_at_ = Picoseconds(-1);
  busy_until_ = std::max(busy_until_, ps);
  idle_reported_ = false;
  const Picoseconds ready = wake();
  if (holds_ == 0) schedule(busy_until_);
  return ready;
}

Picoseconds PowerDomain::hold() {
  if (hold_on()) return time_now();
  end_idleness();
  descend_at_ = Picoseconds(-1);
  ++holds_;
  idle_reported_ = false;
  // No transition is under way then, and idleness begins anew with the release.
  if (state_ == PowerState::kOn) timer_.cancel();
  return wake();
}

void PowerDomain::release() {
  --holds_;
  busy_until_ = std::max(busy_until_, time_now());
  if (holds_ == 0) schedule(busy_until_);
}

Picoseconds PowerDomain::wake() {
  const Picoseconds now = time_now();
  switch (state_) {
    case PowerState::kOn:
      return now;  // a planned descent stays planned until work comes
    case PowerState::kWaking:
      return transition_end_;
    case PowerState::kSleeping:
      end_idleness();
      // A descent cannot be broken off: it ends, then the way back begins.
      wake_wanted_ = true;
      return transition_end_ + settings_.timing_of(target_).exit;
    case PowerState::kClkGated:
    case PowerState::kRetention:
    case PowerState::kOff: {
      end_idleness();
      descend_at_ = Picoseconds(-1);
      const Picoseconds exit = settings_.timing_of(state_).exit;
      if (exit == Picoseconds()) {
        become(PowerState::kOn);
        idle_reported_ = false;  // should no work follow, the domain is idle anew
        schedule(now);
        return now;
      }
      transition_end_ = now + exit;
      become(PowerState::kWaking);
      schedule(transition_end_);
      return transition_end_;
    }
  }
  return now;
}

void PowerDomain::descend_after(Picoseconds delay, PowerState target) {
  if (!settings_.timing_of(target).available || target == state_) return;
  descend_at_ = time_now() + delay;
  target_ = target;
  schedule(descend_at_);
}

void PowerDomain::become(PowerState next) {
  const PowerState from = state_;
  recorder_.set_power_state(index_, from, next);
  state_ = next;
  state_since_ = time_now();
  if (next == PowerState::kOn) on_since_ = time_now();
  for (const auto& listener : listeners_) listener(next);
  if (controller_) controller_->on_transition(*this, from, next);
}

void PowerDomain::report_idle() {
  idle_reported_ = true;
  if (!controller_) return;
  if (told_idle_since_ < Picoseconds()) told_idle_since_ = idle_since();
  controller_->on_idle(*this);
}

void PowerDomain::end_idleness() {
  if (told_idle_since_ < Picoseconds()) return;
  const Picoseconds now = time_now();
  const PowerState state = state_ == PowerState::kSleeping ? target_ : state_;
  const Picoseconds resided = in_transition(state_) || state == PowerState::kOn ? Picoseconds() : now - state_since_;
  const Idleness idleness{told_idle_since_, now, state, resided};
  told_idle_since_ = Picoseconds(-1);
  // Work that follows work within an instant is no pause, whichever of the two the domain sees first.
  if (learner_ && (idleness.length() > Picoseconds() || state != PowerState::kOn)) learner_->learn(idleness);
}

void PowerDomain::schedule(Picoseconds at) {
  // One timer serves all; an earlier wish wins and step() asks again for what is left.
  timer_.at(std::max(at, time_now()));
}

void PowerDomain::step() {
  const Picoseconds now = time_now();
  if (in_transition(state_)) {
    if (now < transition_end_) return schedule(transition_end_);
    become(state_ == PowerState::kWaking ? PowerState::kOn : target_);
    if (wake_wanted_ && state_ != PowerState::kOn) {
      wake_wanted_ = false;
      wake();
      if (state_ != PowerState::kOn) return;  // without latency it is ON at once
    }
    if (controller_ && idle()) report_idle();
  }

  if (!idle()) {
    if (holds_ == 0) schedule(busy_until_);
    return;
  }
  if (!idle_reported_) report_idle();
  if (descend_at_ < Picoseconds()) return;
  if (now < descend_at_) return schedule(descend_at_);

  descend_at_ = Picoseconds(-1);
  const Picoseconds entry = settings_.timing_of(target_).entry;
  if (entry == Picoseconds()) {
    become(target_);
    if (controller_) controller_->on_idle(*this);  // it may want to go deeper still
    return;
  }
  transition_end_ = now + entry;
  become(PowerState::kSleeping);
  schedule(transition_end_);
}

}  // namespace subvolt::kernel
