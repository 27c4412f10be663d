// Accesses that come one by one, each answered before the next one arrives. Nobody competes, so there is nothing to
// choose: an access takes the commands that its bank needs, each as soon as it may go (serve).
//
// Along an open row they are counted, not played (repeat): all that an access finds is what the one before has left, so
// once two in a row have taken the same commands after the same times, those behind them do, too, up to the end of the
// row or the first thing that was set for a time of its own. So do those behind a single one that is as such two were:
// nothing older than itself has held it up; and those behind one that took longer, for a row or a refresh, once nothing
// that it has left holds them up.
#include <algorithm>

#include "models/mem/dram/engine.h"
#include "models/mem/dram/engine_events.h"

namespace subvolt::mem::dram {

Picoseconds Engine::serve(const kernel::MemoryAccess& access, Picoseconds now) {
  advance(now);
  const std::int64_t first = access.address / device_.burst_bytes();
  const std::int64_t last = (access.address + access.bytes - 1) / device_.burst_bytes();
  const bool plain = queue_.size() == 0 && mode_ == Mode::kUp && wanted_point_ == point_ && !extra_refresh_;
  if (!plain || last - first >= map_.run(first)) return MemoryEngine::serve(access, now);
  offer(access, now);
  const std::int64_t alarm = next_alarm(map_.locate(first).bank);
  std::int64_t visible = now_;
  while (queue_.size() > 0) {
    Step step;
    static_cast<Choice&>(step) = scheduler_.choose_only(std::max(now_ + 1, bus_free_));
    if (step.at >= alarm) break;
    now_ = step.at;
    perform(step);
    if (is_column(step.command)) follow(step, alarm - 1);
    visible = now_ + std::min(table_->read_data, table_->write_data) + table_->burst;
  }
  planned_ = false;
  if (queue_.size() > 0) return data_end(now);
  kernel::MemoryCompletion completion;
  completions_.take(MemoryEngine::kNever, completion);
  advance(clock_.time(visible));
  return completion.at;
}

void Engine::Alone::begin(std::int64_t tick) {
  arrival = tick;
  plain = true;
  offsets.clear();
}

void Engine::Alone::add(const Step& step, std::int64_t row_of_it, bool hit, std::int32_t commands,
                        std::int64_t distance) {
  const bool same = offsets.empty() || (step.command == command && step.bank == bank && row_of_it == row);
  plain = plain && hit && same;
  command = step.command;
  bank = step.bank;
  row = row_of_it;
  for (std::int32_t before = commands - 1; plain && before >= 0; --before) {
    offsets.push_back(step.at - before * distance - arrival);
  }
}

bool Engine::Alone::as(const Alone& other) const {
  return plain && other.plain && command == other.command && !offsets.empty() && offsets == other.offsets;
}

bool Engine::repeats(std::int64_t period) const {
  if (last_.as(steady_.access) && period == steady_.period) return true;
  return last_.as(before_) && last_.bank == before_.bank && last_.row == before_.row &&
         last_.arrival - before_.arrival == period;
}

// Whether an access that arrives at `arrival`, after one that took longer, is again as those that were repeated:
// nothing happens by itself until then, and no command so far holds up its own.
bool Engine::falls_into(std::int64_t arrival, std::int64_t period) const {
  const Alone& access = steady_.access;
  if (!access.plain || period != steady_.period || last_.command != access.command) return false;
  if (next().at <= arrival) return false;
  const std::int64_t first = arrival + access.offsets.front();
  const std::int64_t earliest = std::max(bus_free_, timing_.earliest(access.command, last_.bank));
  return earliest <= first && (access.offsets.front() == 1 || earliest == first);
}

void Engine::keep_as_steady(std::int64_t period) {
  const std::int64_t arrival = last_.arrival;
  steady_ = {last_,
             period,
             now_ - arrival,
             bus_free_ - arrival,
             data_end_ - arrival,
             quiet_since_ - arrival,
             banks_[static_cast<std::size_t>(last_.bank)].last_use - arrival};
}

// The first tick at which something happens that is not a matter of the accesses.
std::int64_t Engine::next_alarm(int bank_in_use) const {
  std::int64_t alarm = settings_.refresh.mode == RefreshMode::kPerBank ? bank_refresh_due_ : refresh_due_;
  if (settings_.page_policy != PagePolicy::kTimeout) return alarm;
  for (const Bank& bank : banks_) {
    const bool other = &bank != &banks_[static_cast<std::size_t>(bank_in_use)];
    if (bank.open && other) alarm = std::min(alarm, bank.last_use + page_timeout_);
  }
  return alarm;
}

std::int64_t Engine::repeat(const kernel::MemoryAccess& next, Picoseconds since_time, Picoseconds period_time,
                            std::int64_t most) {
  const std::int64_t since = clock_.ticks_in(since_time), period = clock_.ticks_in(period_time);
  const bool alone = !listener_ && queue_.size() == 0 && mode_ == Mode::kUp && wanted_point_ == point_ &&
                     !extra_refresh_ && !sleep_with_refresh_ && !timing_.counted(last_.command);
  const std::int64_t burst_bytes = device_.burst_bytes();
  const std::int64_t grain = std::min(burst_bytes, next.bytes);
  const bool even = next.bytes % grain == 0 && burst_bytes % grain == 0 && next.address % next.bytes == 0;
  if (!alone || since <= 0 || period <= 0 || !even) return 0;
  const std::int64_t first = next.address / burst_bytes;
  const Location location = map_.locate(first);
  if (location.bank != last_.bank || location.row != last_.row) return 0;
  Bank& bank = banks_[static_cast<std::size_t>(last_.bank)];
  if (!bank.open || bank.row != last_.row) return 0;
  const bool regular = since == period;
  const std::int64_t arrival = (regular ? last_.arrival : steady_.access.arrival) + since;
  if (regular ? !repeats(period) : !falls_into(arrival, period)) return 0;
  const std::int64_t row_left = (first + map_.run(first)) * burst_bytes - next.address;
  // All of the last one must be behind before something else happens.
  const std::int64_t settled = regular ? now_ - last_.arrival : steady_.settled;
  const std::int64_t until_alarm = next_alarm(last_.bank) - 1 - arrival - settled;
  const std::int64_t times = until_alarm < 0 ? 0 : std::min({most, row_left / next.bytes, until_alarm / period + 1});
  if (times <= 0) return 0;
  if (regular) keep_as_steady(period);

  const auto bursts = times * static_cast<std::int64_t>(steady_.access.offsets.size());
  const Cmd command = last_.command;
  const bool read = command == Cmd::kRead;
  count(read ? kRead : kWrite, bursts, next.task);
  count(read ? kIoRead : kIoWrite, bursts, next.task);
  if (terminated_) count(read ? kTerminationRead : kTerminationWrite, bursts, next.task);
  count(kRowHits, bursts, next.task);
  commands_[static_cast<std::size_t>(command)] += bursts;
  if (counter_) counter_(to_text(command), bursts);

  const std::int64_t last = arrival + (times - 1) * period;
  Alone repeated = steady_.access;
  repeated.bank = last_.bank;
  repeated.row = last_.row;
  repeated.arrival = last - period;
  before_ = times > 1 ? repeated : last_;
  repeated.arrival = last;
  last_ = repeated;
  steady_.access.arrival = last;
  for (const std::int64_t offset : last_.offsets) timing_.issue(command, last_.bank, last + offset);
  bank.last_use = last + steady_.last_use;
  now_ = last + steady_.settled;
  now_time_ = std::max(now_time_, clock_.time(now_));
  bus_free_ = last + steady_.bus_free;
  data_end_ = last + steady_.data_end;
  quiet_since_ = last + steady_.quiet_since;
  busy_time_ += bursts * (clock_.time(data_end_) - clock_.time(data_end_ - table_->burst));
  planned_ = false;
  return times;
}

}  // namespace subvolt::mem::dram
