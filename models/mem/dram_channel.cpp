#include "models/mem/dram_channel.h"

#include <algorithm>

namespace subvolt::mem {

using Kind = DramCommand::Kind;

namespace {
constexpr std::int64_t kLongAgo = INT64_MIN / 4;  // before any command
}

DramChannel::DramChannel(const DramTiming& timing, const Settings& settings)
    : timing_(timing),
      settings_(settings),
      banks_(static_cast<std::size_t>(settings.banks)),
      next_refresh_ps_(timing.refi),
      timeout_ps_(settings.power_down_after_ps) {
  activates_.fill(kLongAgo);
}

void DramChannel::issue(Kind kind, std::int64_t at_ps, int bank, std::int64_t row) {
  if (on_command_) on_command_({kind, bank, row, at_ps});
}

void DramChannel::settle(std::int64_t now_ps) {
  idle(now_ps);
  background_.integrate(now_ps);
}

void DramChannel::arrive(std::int64_t at_ps, std::int64_t earliest_ps) {
  idle(at_ps);
  const bool timed_out = at_ps > timeout_ps_;
  std::int64_t ready = earliest_ps;
  if (power_ == DramPower::kSelfRefresh) ready = std::max(ready, leave_self_refresh(at_ps) + timing_.xsr);
  if (power_ == DramPower::kDown) ready = std::max(ready, leave_power_down(at_ps) + timing_.xp);
  if (at_ps > deep_timeout_ps()) {
    ready = std::max(ready, at_ps + timing_.xp + timing_.rp_all + timing_.sr + timing_.xsr);
  } else if (timed_out) {
    ready = std::max(ready, at_ps + timing_.cke + timing_.xp);
  }
  // Bursts that outlasted the time-out: their rows are closed after them, as if this request had not come.
  if (timed_out && open_ > 0) close_all(closing_ps());
  earliest_ps_ = std::max(earliest_ps_, ready);
  last_arrival_ps_ = at_ps;
  allowance_ps_ = 0;
}

// A burst more of the request that has arrived last.
void DramChannel::stay_awake() {
  allowance_ps_ += timing_.burst_allowance;
  const std::int64_t quiet = last_arrival_ps_ + allowance_ps_;
  quiet_from_ps_ = std::max(quiet_from_ps_, quiet);
  std::int64_t timeout = quiet + settings_.power_down_after_ps;
  const std::int64_t refresh = timeout / timing_.refi * timing_.refi;  // the last one before
  if (refresh > 0) timeout += std::max<std::int64_t>(0, refresh + timing_.rfc - std::max(refresh, last_arrival_ps_));
  timeout_ps_ = std::max(timeout_ps_, timeout);
}

DramBurst DramChannel::schedule(bool write, int bank, std::int64_t row) {
  const Bank& b = banks_[static_cast<std::size_t>(bank)];
  Plan p = plan(write, b, row);
  while (p.closable_ps > next_refresh_ps_ - timing_.rp_all) {
    refresh();
    p = plan(write, b, row);
  }
  commit(p, write, bank, row);
  DramBurst burst;
  burst.outcome = p.outcome;
  burst.begin_ps = p.outcome == DramRowOutcome::kHit    ? p.column_ps
                   : p.outcome == DramRowOutcome::kMiss ? p.activate_ps
                                                        : p.precharge_ps;
  burst.data_begin_ps = p.column_ps + (write ? timing_.write_latency : timing_.read_latency);
  burst.data_end_ps = burst.data_begin_ps + timing_.burst;
  rows_done_ps_ = std::max(rows_done_ps_, p.closable_ps);
  idle_from_ps_ = std::max({idle_from_ps_, burst.data_end_ps + timing_.clock, p.closable_ps});
  stay_awake();
  return burst;
}

DramChannel::Plan DramChannel::plan(bool write, const Bank& bank, std::int64_t row) const {
  Plan p{};
  std::int64_t column = std::max(earliest_ps_, write ? next_write_ps_ : next_read_ps_);
  p.closable_ps = bank.precharge_ps;
  if (bank.row == row) {
    p.outcome = DramRowOutcome::kHit;
    column = std::max(column, bank.column_ps);
  } else {
    std::int64_t activate = std::max(earliest_ps_, bank.activate_ps);
    p.outcome = bank.row < 0 ? DramRowOutcome::kMiss : DramRowOutcome::kConflict;
    if (p.outcome == DramRowOutcome::kConflict) {
      p.precharge_ps = std::max({earliest_ps_, bank.precharge_ps, next_precharge_ps_});
      activate = std::max(activate, p.precharge_ps + timing_.rp_bank);
    }
    const std::int64_t latest = activates_[(next_activate_ + 3) % 4];
    const std::int64_t fourth_last = activates_[next_activate_];
    p.activate_ps = std::max({activate, latest + timing_.rrd, fourth_last + timing_.faw});
    column = std::max(column, p.activate_ps + timing_.rcd);
    p.closable_ps = p.activate_ps + timing_.ras;
  }
  p.column_ps = column;
  p.closable_ps = std::max(p.closable_ps, column + (write ? timing_.write_to_precharge : timing_.rtp));
  return p;
}

void DramChannel::commit(const Plan& p, bool write, int bank, std::int64_t row) {
  Bank& b = banks_[static_cast<std::size_t>(bank)];
  if (p.outcome == DramRowOutcome::kConflict) {
    issue(Kind::kPrecharge, p.precharge_ps, bank);
    next_precharge_ps_ = p.precharge_ps + timing_.ppd;
    background_.open(p.precharge_ps, -1);
    --open_;
  }
  if (p.outcome != DramRowOutcome::kHit) {
    issue(Kind::kActivate, p.activate_ps, bank, row);
    activates_[next_activate_] = p.activate_ps;
    next_activate_ = (next_activate_ + 1) % activates_.size();
    background_.open(p.activate_ps, 1);
    ++open_;
    b.row = row;
    b.column_ps = p.activate_ps + timing_.rcd;
  }
  issue(write ? Kind::kWrite : Kind::kRead, p.column_ps, bank);
  b.precharge_ps = p.closable_ps;
  next_read_ps_ = std::max(next_read_ps_, p.column_ps + (write ? timing_.write_to_read : timing_.same_direction));
  next_write_ps_ = std::max(next_write_ps_, p.column_ps + (write ? timing_.same_direction : timing_.read_to_write));
}

std::int64_t DramChannel::closing_ps() const { return std::max(timeout_ps_, rows_done_ps_); }

std::int64_t DramChannel::deep_timeout_ps() const {
  return std::max(timeout_ps_, quiet_from_ps_ + settings_.self_refresh_after_ps);
}

void DramChannel::idle(std::int64_t until_ps) {
  while (power_ != DramPower::kSelfRefresh) {
    // To refresh, clock enable must be up and the banks precharged in time.
    const std::int64_t prepare = next_refresh_ps_ - timing_.xp - (open_ > 0 ? timing_.rp_all : 0);
    const std::int64_t power_down = std::max(timeout_ps_, idle_from_ps_);
    const std::int64_t self_refresh = std::max(deep_timeout_ps(), idle_from_ps_);
    if (open_ > 0 && closing_ps() <= prepare) {
      if (closing_ps() >= until_ps) return;
      close_all(closing_ps());
    } else if (open_ == 0 && power_ == DramPower::kUp && power_down + timing_.cke <= std::min(prepare, self_refresh)) {
      if (power_down >= until_ps) return;
      enter_power_down(power_down);
    } else if (self_refresh <= prepare) {
      if (self_refresh >= until_ps) return;
      enter_self_refresh(self_refresh);
    } else {
      if (prepare >= until_ps) return;
      if (power_ == DramPower::kDown) leave_power_down(prepare);
      refresh();
    }
  }
}

void DramChannel::refresh() {
  const std::int64_t end = next_refresh_ps_ + timing_.rfc;
  if (open_ > 0) close_all(next_refresh_ps_ - timing_.rp_all);
  issue(Kind::kRefresh, next_refresh_ps_);
  background_.refresh(next_refresh_ps_, end);
  for (Bank& bank : banks_) bank.activate_ps = end;
  idle_from_ps_ = std::max(idle_from_ps_, end);
  next_refresh_ps_ += timing_.refi;
}

void DramChannel::close_all(std::int64_t at_ps) {
  issue(Kind::kPrechargeAll, at_ps);
  background_.open(at_ps, -open_);
  open_ = 0;
  const std::int64_t closed = at_ps + timing_.rp_all;
  for (Bank& bank : banks_) {
    bank.row = -1;
    bank.activate_ps = std::max(bank.activate_ps, closed);
  }
  idle_from_ps_ = std::max(idle_from_ps_, closed);
}

void DramChannel::enter_power_down(std::int64_t at_ps) {
  issue(Kind::kPowerDownEntry, at_ps);
  background_.power(at_ps, DramPower::kDown);
  power_ = DramPower::kDown;
  power_since_ps_ = at_ps;
}

std::int64_t DramChannel::leave_power_down(std::int64_t at_ps) {
  const std::int64_t exit = std::max(at_ps, power_since_ps_ + timing_.cke);
  issue(Kind::kPowerDownExit, exit);
  background_.power(exit, DramPower::kUp);
  power_ = DramPower::kUp;
  idle_from_ps_ = std::max(idle_from_ps_, exit + timing_.xp);
  return exit;
}

void DramChannel::enter_self_refresh(std::int64_t at_ps) {
  if (power_ == DramPower::kDown) at_ps = leave_power_down(at_ps) + timing_.xp;
  issue(Kind::kSelfRefreshEntry, at_ps);
  background_.power(at_ps, DramPower::kSelfRefresh);
  power_ = DramPower::kSelfRefresh;
  power_since_ps_ = at_ps;
  idle_from_ps_ = at_ps;
}

std::int64_t DramChannel::leave_self_refresh(std::int64_t at_ps) {
  const std::int64_t exit = std::max(at_ps, power_since_ps_ + timing_.sr);
  issue(Kind::kSelfRefreshExit, exit);
  background_.power(exit, DramPower::kUp);
  power_ = DramPower::kUp;
  const std::int64_t ready = exit + timing_.xsr;
  for (Bank& bank : banks_) bank.activate_ps = std::max(bank.activate_ps, ready);
  idle_from_ps_ = ready;
  // The device has refreshed itself up to here; ours go on at their fixed times, none of them before the device
  // is ready. Half an interval (see DramTiming) instead of `ready`, lest the clock decide which one is next.
  next_refresh_ps_ = std::max(next_refresh_ps_, ceil_div(at_ps + timing_.refi / 2, timing_.refi) * timing_.refi);
  return exit;
}

}  // namespace subvolt::mem
