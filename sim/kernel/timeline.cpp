#include "sim/kernel/timeline.h"

#include <algorithm>

#include "sim/kernel/repeat/state_key.h"

namespace subvolt::kernel {

TimeAhead time_ahead;

void Timer::sooner(Picoseconds ps) {
  Timeline& timeline = Timeline::get();
  if (at_ != kNever) timeline.remove(*this);
  timeline.add(*this, ps);
}

void Timer::cancel() {
  if (at_ != kNever) Timeline::get().remove(*this);
}

// Never destroyed: timers of objects with static lifetime may outlive any other end.
Timeline& Timeline::get() {
  static Timeline* const timeline = new Timeline;
  return *timeline;
}

Timeline::Timeline() {
  sc_core::sc_spawn_options options;
  options.spawn_method();
  options.dont_initialize();
  options.set_sensitivity(&event_);
  process_ = sc_core::sc_spawn([this] { work(); }, "timeline", &options).get_process_object();
}

void Timeline::add(Timer& timer, Picoseconds ps) {
  timer.at_ = ps;
  const Entry own{ps, &timer};
  const auto before = [&](const Entry& entry) {
    return entry.at < ps || (entry.at == ps && entry.timer->order_ <= timer.order_);
  };
  entries_.push_back(own);
  auto place = entries_.end() - 1;
  for (; place != entries_.begin() && before(*(place - 1)); --place) *place = *(place - 1);
  *place = own;
  const bool first = place == entries_.end() - 1;
  if (first && !working_) wake();
}

void Timeline::remove(Timer& timer) {
  timer.at_ = kNever;
  auto entry = entries_.end();
  while ((--entry)->timer != &timer) {
  }
  const bool first = entry == entries_.end() - 1;
  entries_.erase(entry);
  if (!first || working_) return;
  event_.cancel();
  if (!entries_.empty()) wake();
}

// Of several notifications SystemC keeps the earliest.
void Timeline::wake() {
  const Picoseconds wait =
      time_ahead.in_force ? Picoseconds() : std::max(entries_.back().at - time_now(), Picoseconds());
  event_.notify(to_sc_time(wait));
}

void Timeline::work() {
  working_ = true;
  while (!entries_.empty() && !stopped_ && !pausing_) {
    const Entry first = entries_.back();
    if (first.at > time_now()) {
      if (!time_ahead.in_force || first.at > end_) break;
      time_ahead.now = first.at;
    }
    entries_.pop_back();
    first.timer->at_ = kNever;
    first.timer->what_();
  }
  working_ = false;
  pausing_ = false;
  const bool over = entries_.empty() || stopped_ || (time_ahead.in_force && entries_.back().at > end_);
  if (!over) wake();
}

// A timer's place in memory stands for what it does: keys are compared within one run.
void Timeline::state(StateKey& key, const Timer& without) const {
  for (const Entry& entry : entries_) {
    if (entry.timer == &without) continue;
    key.add_ahead(entry.at);
    key.add(static_cast<std::int64_t>(reinterpret_cast<std::intptr_t>(entry.timer)));
  }
}

Picoseconds Timeline::next_time() const {
  const Picoseconds own = entries_.empty() ? kNever : entries_.back().at;
  if (time_ahead.in_force || !sc_core::sc_pending_activity()) return own;
  return std::min(own, time_now() + to_picoseconds(sc_core::sc_time_to_pending_activity()));
}

}  // namespace subvolt::kernel
