// What an idle device's future depends on, for whoever looks whether it comes again (sim/kernel/repeat).
//
// The phase of its refreshes is left out: it hardly ever comes again. A device that refreshes itself has none, for an
// interval begins anew when it is woken. Any other may then differ from the one that it is taken for by
//   - a refresh more or less from one rest to the next, for all that were put off while there was work are done by then
//   - the time by which refreshes hold up accesses: each of those that fall due during the work may come at any of
//     them, or between two
// so counts of what refreshes do, and ends of jobs, are those of another phase (docs/guide/what_runs.md, jobs that come
// again).
#include <algorithm>

#include "models/mem/dram/engine.h"

namespace subvolt::mem::dram {
namespace {
// Turns of refresh after the last access: more than controllers may put off (JESD79, JESD209: 8), after which refreshes
// have closed all rows, too.
constexpr std::int64_t kLongPause = 12;
}  // namespace

// Whether all that accesses have left behind is over: what there is then is due to refreshes alone.
bool Engine::settled() const {
  const bool per_bank = settings_.refresh.mode == RefreshMode::kPerBank;
  const std::int64_t turn =
      per_bank ? table_->bank_refresh_interval * static_cast<std::int64_t>(banks_.size()) : table_->refresh_interval;
  std::int64_t longest = 0;
  if (settings_.page_policy == PagePolicy::kTimeout) longest = std::max(longest, page_timeout_);
  if (settings_.power_down.policy == SleepPolicy::kIdle) longest = std::max(longest, power_down_after_);
  if (settings_.self_refresh.policy == SleepPolicy::kIdle) longest = std::max(longest, self_refresh_after_);
  if (settings_.deep_power_down.policy == SleepPolicy::kIdle) longest = std::max(longest, deep_power_down_after_);
  return now_ > quiet_since_ + longest + kLongPause * turn;
}

void Engine::state(kernel::StateKey& key) const {
  const auto ahead = [&](std::int64_t tick) { key.add_ahead(tick, now_); };
  key.at_work_if(queue_.size() > 0 || refused_ > 0 || wanted_point_ != point_);
  key.add(clock_.phase(now_time_));
  key.add(static_cast<std::int64_t>(point_));
  key.add(static_cast<std::int64_t>(wanted_state_));
  scheduler_.state(key);
  const bool asleep = mode_ == Mode::kSelfRefresh || mode_ == Mode::kDeepPowerDown;
  const bool up_to_refreshes = !asleep && settled();
  key.add(up_to_refreshes);
  if (up_to_refreshes) return;
  key.add(static_cast<std::int64_t>(mode_));
  key.add(asleep_on_request_);
  key.add(extra_refresh_);
  key.add(sleep_with_refresh_);
  ahead(bus_free_);
  ahead(clock_.tick(background_.active_until()));
  if (!asleep) {
    const bool per_bank = settings_.refresh.mode == RefreshMode::kPerBank;
    const std::int64_t due = per_bank ? bank_refresh_due_ : refresh_due_;
    const std::int64_t interval = per_bank ? table_->bank_refresh_interval : table_->refresh_interval;
    key.add(due > now_ || interval <= 0 ? 0 : (now_ - due) / interval + 1);  // put off
    ahead(quiet_since_);
    for (const std::int64_t after : {power_down_after_, self_refresh_after_, deep_power_down_after_}) {
      ahead(quiet_since_ + after);
    }
    for (const Bank& bank : banks_) {
      key.add(bank.open ? bank.row : -1);
      if (bank.open) ahead(bank.last_use + page_timeout_);
    }
  }
  std::vector<std::int64_t> bounds;
  timing_.append_bounds(now_, bounds);
  for (const std::int64_t bound : bounds) key.add(bound);
}

}  // namespace subvolt::mem::dram
