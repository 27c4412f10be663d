// What each command does to banks, clocks and counts.
#include <algorithm>

#include "models/mem/dram/engine.h"
#include "models/mem/dram/engine_events.h"

namespace subvolt::mem::dram {
namespace {

using RowChange = kernel::MemoryEngine::RowChange;

RowChange row_change(Command command) {
  switch (command) {
    case Command::kAct:
      return RowChange::kOpens;
    case Command::kReadAutoPrecharge:
    case Command::kWriteAutoPrecharge:
    case Command::kPrecharge:
    case Command::kPrechargeAll:
      return RowChange::kCloses;
    default:
      return RowChange::kNone;
  }
}

}  // namespace

void Engine::perform(const Step& step) {
  if (step.switches) {
    last_.plain = steady_.access.plain = false;
    return change_set_point(step.at);
  }
  if (step.slot >= 0) scheduler_.went(step);
  timing_.issue(step.command, step.bank, step.at);
  bus_free_ = step.at + table_->length[static_cast<std::size_t>(step.command)];
  Bank& bank = banks_[static_cast<std::size_t>(step.bank)];
  ++commands_[static_cast<std::size_t>(step.command)];
  if (counter_) counter_(to_text(step.command), 1);
  if (listener_) {
    const bool one = on_one_bank(step.command);
    const std::int64_t row = step.command == Cmd::kAct ? queue_[step.slot].row : -1;
    listener_({clock_.time(step.at), to_text(step.command), one ? step.bank : -1, row, row_change(step.command)});
  }
  if (!is_column(step.command)) last_.plain = false;
  const int task = step.slot >= 0 ? queue_[step.slot].task : power::kNobody;
  switch (step.command) {
    case Cmd::kAct:
      bank = {true, queue_[step.slot].row, step.at, step.slot};
      queue_[step.slot].caused_activate = true;
      ++open_banks_;
      background_.open(clock_.time(step.at), 1);
      count(kActivate, 1, task);
      break;
    case Cmd::kRead:
    case Cmd::kReadAutoPrecharge:
    case Cmd::kWrite:
    case Cmd::kWriteAutoPrecharge:
      issue_column(step);
      break;
    case Cmd::kPrecharge:
      if (step.slot >= 0) queue_[step.slot].caused_precharge = true;
      close(step.bank, step.at, task);
      count(kPrechargeCommands, 1, task);
      break;
    case Cmd::kPrechargeAll:
      close_all(step.at);
      count(kPrechargeCommands);
      break;
    case Cmd::kRefreshAll:
    case Cmd::kRefreshBank:
      refreshed(step);
      break;
    case Cmd::kPowerDownEntry:
      count(kPowerDowns);
      enter(Mode::kPowerDown, step);
      break;
    case Cmd::kSelfRefreshEntry:
      count(kSelfRefreshes);
      enter(Mode::kSelfRefresh, step);
      break;
    case Cmd::kDeepPowerDownEntry:
      enter(Mode::kDeepPowerDown, step);
      break;
    case Cmd::kPowerDownExit:
    case Cmd::kSelfRefreshExit:
    case Cmd::kDeepPowerDownExit:
      leave(step);
      break;
  }
}

void Engine::issue_column(const Step& step) {
  if (step.command == Cmd::kRead || step.command == Cmd::kWrite) return columns_went(step, 1, 0);
  const Request request = queue_[step.slot];
  columns_went(step, 1, 0);
  // The device precharges by itself when it may; until then the row counts as open.
  const Cmd without = request.direction == kReads ? Cmd::kRead : Cmd::kWrite;
  const std::int64_t closes = step.at + table_->distance(without, Cmd::kPrecharge);
  background_.active_until(clock_.time(std::max(closes, timing_.earliest(Cmd::kPrecharge, step.bank))));
  close(step.bank, step.at, request.task);
}

// So many column commands for the first bursts of one request, the last of which is `last`.
void Engine::columns_went(const Step& last, std::int32_t bursts, std::int64_t distance) {
  const Request& request = queue_[last.slot];
  const bool read = request.direction == kReads;
  const std::int64_t end = last.at + (read ? table_->read_data : table_->write_data) + table_->burst;
  data_end_ = std::max(data_end_, end);
  quiet_since_ = std::max(quiet_since_, end);
  Bank& bank = banks_[static_cast<std::size_t>(last.bank)];
  const bool stays_open = last.command == Cmd::kRead || last.command == Cmd::kWrite;
  last_.add(last, request.row, stays_open && !request.caused_activate, bursts, distance);
  bank.last_use = last.at;
  if (bank.opener == last.slot) bank.opener = -1;
  const Picoseconds end_time = clock_.time(end);
  completions_.bursts_end(request.access, end_time, bursts);
  busy_time_ += end_time - clock_.time(end - table_->burst);
  if (bursts > 1) {
    const std::int64_t before_first = end - bursts * distance;
    busy_time_ += clock_.repeated(before_first - table_->burst, before_first, distance, bursts - 1);
  }
  std::vector<std::int64_t>& counts =
      request.task == power::kNobody ? counts_ : owned_.of(request.task, counts_.size());
  counts[read ? kRead : kWrite] += bursts;
  counts[read ? kIoRead : kIoWrite] += bursts;
  if (terminated_) counts[read ? kTerminationRead : kTerminationWrite] += bursts;
  const std::int32_t hits = request.caused_activate ? bursts - 1 : bursts;
  if (request.caused_activate) ++counts[request.caused_precharge ? kRowConflicts : kRowMisses];
  counts[kRowHits] += hits;
  scheduler_.serves(last.slot, bursts);
  queue_.went(last.slot, bursts);
}

void Engine::close(int b, std::int64_t at, int task) {
  Bank& bank = banks_[static_cast<std::size_t>(b)];
  if (!bank.open) return;
  bank.open = false;
  bank.opener = -1;
  --open_banks_;
  background_.open(clock_.time(at), -1);
  count(kPrecharge, 1, task);
}

void Engine::close_all(std::int64_t at) {
  for (int b = 0; b < static_cast<int>(banks_.size()); ++b) close(b, at);
}

void Engine::refreshed(const Step& step) {
  const std::int64_t duration = table_->distance(step.command, Cmd::kAct);
  background_.integrate(clock_.time(step.at));
  background_.active_until(clock_.time(step.at + duration));
  if (step.command == Cmd::kRefreshAll) {
    count(kRefresh);
    refresh_bank_ = 0;
    // One that is owed since self-refresh does not stand for one that falls due.
    if (extra_refresh_ && step.at < refresh_due_) {
      extra_refresh_ = false;
      return;
    }
    extra_refresh_ = false;
    refresh_due_ += table_->refresh_interval;
    return;
  }
  count(kRefreshBank);
  bank_refresh_due_ += table_->bank_refresh_interval;
  refresh_bank_ = (refresh_bank_ + 1) % static_cast<int>(banks_.size());
}

void Engine::enter(Mode mode, const Step& step) {
  mode_ = mode;
  background_.mode(clock_.time(step.at), mode);
  asleep_on_request_ = wanted_state_ != power::PowerState::kOn;
  if (mode != Mode::kPowerDown) sleep_with_refresh_ = false;
}

void Engine::leave(const Step& step) {
  if (mode_ == Mode::kPowerDown) {
    // Waking because a refresh is due, with nothing else to do: let the device see to it from now on.
    sleep_with_refresh_ = settings_.self_refresh.policy == SleepPolicy::kRefresh && queue_.size() == 0 &&
                          open_banks_ == 0 && step.at >= refresh_deadline();
  } else {
    // After deep power-down there is nothing to keep until the device has started up.
    const std::int64_t from = mode_ == Mode::kSelfRefresh ? step.at : timing_.earliest(Cmd::kRefreshAll, 0);
    refresh_due_ = from + table_->refresh_interval;
    bank_refresh_due_ = from + table_->bank_refresh_interval;
    refresh_bank_ = 0;
    extra_refresh_ = mode_ == Mode::kSelfRefresh;
  }
  mode_ = Mode::kUp;
  background_.mode(clock_.time(step.at), Mode::kUp);
}

void Engine::change_set_point(std::int64_t at) {
  const auto in_new_ticks = [&](std::int64_t due, std::int64_t old_interval, std::int64_t interval) {
    return old_interval > 0 ? at + (due - at) * interval / old_interval : due;
  };
  const TimingTable& before = *table_;
  const bool per_bank = settings_.refresh.mode == RefreshMode::kPerBank;
  point_ = wanted_point_;
  table_ = &tables_[point_];
  background_.set_point(clock_.time(at), point_);
  clock_.change(at, point_ == 0 ? own_frequency_ : set_points()[point_]);
  // Only the one in use: the other has stood still, and its distance may not fit.
  if (per_bank) {
    bank_refresh_due_ = in_new_ticks(bank_refresh_due_, before.bank_refresh_interval, table_->bank_refresh_interval);
  } else {
    refresh_due_ = in_new_ticks(refresh_due_, before.refresh_interval, table_->refresh_interval);
  }
  bus_free_ = at + table_->set_point_switch;
  timing_.restart(*table_, bus_free_);
  quiet_since_ = std::min(quiet_since_, at);
  set_times();
  count(kSetPointSwitches);
}

}  // namespace subvolt::mem::dram
