// Idle time in closed form. Between two refreshes an idle device does nothing that depends on when it does it: once a
// refresh has found it in the state in which the one before had left it, the periods that follow are the same as this
// one and are counted, not played. To the last count and picosecond it is as if they had been: a period's states begin
// and end at ticks, and the times of ticks add up in closed form (TickClock::repeated).
//
// A listener to single commands wants each of them, so with one the engine plays them all; that is the reference.
#include <algorithm>

#include "models/mem/dram/engine.h"

namespace subvolt::mem::dram {
namespace {
// Periods that a pause must hold for it to be worth looking for one that repeats: two are played to find it.
constexpr std::int64_t kWorthwhile = 8;
}  // namespace

bool Engine::ends_period(const Step& step) const {
  return step.command == Cmd::kRefreshAll || (step.command == Cmd::kRefreshBank && refresh_bank_ == 0);
}

// All that the future of an idle device depends on, from now on: equal states, equal futures, up to `until`, which
// comes down to the tick before the next time that was set once and for all.
std::vector<std::int64_t> Engine::idle_state(std::int64_t& until) const {
  const bool per_bank = settings_.refresh.mode == RefreshMode::kPerBank;
  std::vector<std::int64_t> state{static_cast<std::int64_t>(mode_),
                                  static_cast<std::int64_t>(wanted_state_),
                                  static_cast<std::int64_t>(point_),
                                  static_cast<std::int64_t>(wanted_point_),
                                  asleep_on_request_,
                                  extra_refresh_,
                                  sleep_with_refresh_,
                                  refresh_bank_,
                                  (per_bank ? bank_refresh_due_ : refresh_due_) - now_};
  const auto bound = [&](std::int64_t tick) { state.push_back(std::max<std::int64_t>(tick - now_, 0)); };
  const auto alarm = [&](std::int64_t tick) {
    state.push_back(tick > now_);
    if (tick > now_) until = std::min(until, tick - 1);
  };
  bound(bus_free_);
  bound(quiet_since_);
  bound(clock_.tick(background_.active_until()));
  alarm(quiet_since_ + power_down_after_);
  alarm(quiet_since_ + self_refresh_after_);
  alarm(quiet_since_ + deep_power_down_after_);
  for (const Bank& bank : banks_) {
    state.push_back(bank.open ? bank.row : -1);
    if (bank.open) alarm(bank.last_use + page_timeout_);
  }
  timing_.append_bounds(now_, state);
  return state;
}

void Engine::count_idle(std::int64_t limit) {
  const bool per_bank = settings_.refresh.mode == RefreshMode::kPerBank;
  const std::int64_t turn =
      per_bank ? table_->bank_refresh_interval * static_cast<std::int64_t>(banks_.size()) : table_->refresh_interval;
  if (listener_ || queue_.size() > 0 || (limit - now_) / turn < kWorthwhile) return forget_period();
  std::int64_t until = limit;
  std::vector<std::int64_t> state = idle_state(until);
  background_.integrate(clock_.time(now_));
  if (!period_ || state != period_->state) {
    period_ = Period{now_, std::move(state), counts_, commands_};
    background_.watch(true);
    return;
  }
  const std::int64_t length = now_ - period_->begin;
  if (const std::int64_t times = (until - now_) / length; times > 0) repeat(*period_, length, times);
  forget_period();
}

void Engine::forget_period() {
  period_.reset();
  background_.watch(false);
}

void Engine::repeat(const Period& period, std::int64_t length, std::int64_t times) {
  for (std::size_t e = 0; e < counts_.size(); ++e) counts_[e] += times * (counts_[e] - period.counts[e]);
  for (std::size_t c = 0; c < kCommands; ++c) {
    const std::int64_t more = times * (commands_[c] - period.commands[c]);
    commands_[c] += more;
    if (counter_ && more > 0) counter_(to_text(static_cast<Cmd>(c)), more);
  }
  for (const Background::Stay& stay : background_.watched()) {
    background_.add(stay.state, clock_.repeated(clock_.tick(stay.begin), clock_.tick(stay.end), length, times));
  }
  const std::int64_t by = length * times;
  const std::int64_t active_until = clock_.tick(background_.active_until());
  timing_.shift(now_, by);
  if (bus_free_ > now_) bus_free_ += by;
  background_.jump(clock_.time(now_ + by), active_until > now_ ? clock_.time(active_until + by) : Picoseconds());
  (settings_.refresh.mode == RefreshMode::kPerBank ? bank_refresh_due_ : refresh_due_) += by;
  now_ += by;
}

}  // namespace subvolt::mem::dram
