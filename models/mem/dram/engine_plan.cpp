// What the engine does next, and when: the scheduler's choice against refreshes and the ways into and out of sleep.
#include <algorithm>

#include "models/mem/dram/engine.h"

namespace subvolt::mem::dram {
namespace {

template <class Step>
const Step& sooner(const Step& a, const Step& b) {
  return b.at < a.at ? b : a;
}

}  // namespace

Engine::Step Engine::command(Cmd c, std::int64_t from, int bank) const {
  Step step;
  step.command = c;
  step.bank = bank;
  step.at = from == dram::kNever ? dram::kNever : std::max(from, timing_.earliest(c, bank));
  return step;
}

Engine::Step Engine::plan() const {
  const std::int64_t from = std::max(now_ + 1, bus_free_);
  switch (mode_) {
    case Mode::kUp:
      return plan_up(from);
    case Mode::kPowerDown:
      return plan_power_down(from);
    case Mode::kSelfRefresh:
    case Mode::kDeepPowerDown:
      return plan_asleep(from);
  }
  return {};
}

Engine::Step Engine::plan_up(std::int64_t from) const {
  if (extra_refresh_) return plan_refresh(from);
  if (settings_.refresh.mode == RefreshMode::kPerBank) {
    const Step refresh = plan_bank_refresh(from);
    if (queue_.size() == 0) {
      // A refresh that is due goes before power-down, which may be allowed sooner.
      const Step idle = plan_idle(from);
      return idle.at < refresh_deadline() ? sooner(refresh, idle) : refresh;
    }
    Step request;
    const bool closed = refresh.command == Cmd::kRefreshBank;
    static_cast<Choice&>(request) = scheduler_.choose(from, {refresh_bank_, refresh_deadline(), closed});
    return sooner(sooner(refresh, request), plan_timeout(from));
  }
  const std::int64_t deadline = refresh_deadline();
  Step best;
  if (queue_.size() == 0) {
    best = plan_idle(from);
    // The refresh that falls due is left to the device, which is about to refresh itself.
    if (sleep_with_refresh_) return best;
  } else {
    static_cast<Choice&>(best) = scheduler_.choose(from, {});
    best = sooner(best, plan_timeout(from));
  }
  return best.at < deadline ? best : plan_refresh(std::max(from, deadline));
}

// When the oldest refresh is not put off any more. Nine intervals between two refreshes of all banks are the most that
// JEDEC allows, so those that were put off begin in time for the rows to be closed before.
std::int64_t Engine::refresh_deadline() const {
  const bool per_bank = settings_.refresh.mode == RefreshMode::kPerBank;
  const std::int64_t due = per_bank ? bank_refresh_due_ : refresh_due_;
  const std::int64_t interval = per_bank ? table_->bank_refresh_interval : table_->refresh_interval;
  if (queue_.size() == 0 || settings_.refresh.postpone == 0) return due;
  return due + settings_.refresh.postpone * interval - (per_bank ? 0 : table_->until_refresh);
}

Engine::Step Engine::plan_refresh(std::int64_t from) const {
  return command(open_banks_ > 0 ? Cmd::kPrechargeAll : Cmd::kRefreshAll, from);
}

Engine::Step Engine::plan_bank_refresh(std::int64_t from) const {
  const std::int64_t begin = std::max(from, refresh_deadline());
  const bool open = banks_[static_cast<std::size_t>(refresh_bank_)].open;
  return command(open ? Cmd::kPrecharge : Cmd::kRefreshBank, begin, refresh_bank_);
}

// Closes the row that has been out of use for longest, where that is the policy.
Engine::Step Engine::plan_timeout(std::int64_t from) const {
  Step best;
  if (settings_.page_policy != PagePolicy::kTimeout) return best;
  for (int b = 0; b < static_cast<int>(banks_.size()); ++b) {
    const Bank& bank = banks_[static_cast<std::size_t>(b)];
    const bool wanted =
        bank.open && (queue_.first_hit(b, kReads, bank.row) >= 0 || queue_.first_hit(b, kWrites, bank.row) >= 0);
    if (!bank.open || wanted) continue;
    best = sooner(best, command(Cmd::kPrecharge, std::max(from, bank.last_use + page_timeout_), b));
  }
  return best;
}

std::int64_t Engine::self_refresh_time(std::int64_t from) const {
  if (!has(Cmd::kSelfRefreshEntry)) return dram::kNever;
  if (sleep_with_refresh_ || wanted_state_ == power::PowerState::kRetention) return from;
  return settings_.self_refresh.policy == SleepPolicy::kIdle ? quiet_since_ + self_refresh_after_ : dram::kNever;
}

std::int64_t Engine::deep_power_down_time(std::int64_t from) const {
  if (!has(Cmd::kDeepPowerDownEntry)) return dram::kNever;
  if (wanted_state_ == power::PowerState::kOff) return from;
  return settings_.deep_power_down.policy == SleepPolicy::kIdle ? quiet_since_ + deep_power_down_after_ : dram::kNever;
}

std::int64_t Engine::power_down_time(std::int64_t from) const {
  if (!has(Cmd::kPowerDownEntry)) return dram::kNever;
  const bool instead = wanted_state_ == power::PowerState::kRetention && !has(Cmd::kSelfRefreshEntry);
  if (instead) return from;
  return settings_.power_down.policy == SleepPolicy::kIdle ? quiet_since_ + power_down_after_ : dram::kNever;
}

Engine::Step Engine::plan_sleep(std::int64_t from, Cmd entry, std::int64_t at, bool close_rows) const {
  const std::int64_t begin = std::max(from, at);
  if (close_rows && open_banks_ > 0) return command(Cmd::kPrechargeAll, begin);
  return command(entry, begin);
}

Engine::Step Engine::plan_idle(std::int64_t from) const {
  from = std::max(from, quiet_since_);
  if (wanted_point_ != point_) {
    if (open_banks_ > 0) return command(Cmd::kPrechargeAll, from);
    Step change = command(Cmd::kRefreshAll, from);
    change.switches = true;
    return change;
  }
  const std::int64_t deep = deep_power_down_time(from);
  const std::int64_t self = self_refresh_time(from);
  const std::int64_t down = power_down_time(from);
  const Step rows = plan_timeout(from);
  // What is due now goes to the deepest state that is; else the first to fall due.
  if (deep <= from || (deep < self && deep < down && deep < dram::kNever)) {
    return sooner(plan_sleep(from, Cmd::kDeepPowerDownEntry, deep, true), rows);
  }
  if (self <= from || (self < down && self < dram::kNever)) {
    return sooner(plan_sleep(from, Cmd::kSelfRefreshEntry, self, true), rows);
  }
  if (down == dram::kNever) return rows;
  return sooner(plan_sleep(from, Cmd::kPowerDownEntry, down, settings_.power_down.close_rows), rows);
}

Engine::Step Engine::plan_power_down(std::int64_t from) const {
  std::int64_t wake = queue_.size() > 0 || wanted_point_ != point_ ? from : refresh_deadline();
  wake = std::min({wake, self_refresh_time(from), deep_power_down_time(from)});
  if (settings_.page_policy == PagePolicy::kTimeout && open_banks_ > 0) wake = std::min(wake, plan_timeout(from).at);
  return command(Cmd::kPowerDownExit, std::max(from, wake));
}

Engine::Step Engine::plan_asleep(std::int64_t from) const {
  const bool sent_back = asleep_on_request_ && wanted_state_ == power::PowerState::kOn;
  if (queue_.size() == 0 && wanted_point_ == point_ && !sent_back) return {};
  return command(mode_ == Mode::kSelfRefresh ? Cmd::kSelfRefreshExit : Cmd::kDeepPowerDownExit, from);
}

}  // namespace subvolt::mem::dram
