// Column commands along an open row, for as long as nobody competes: counted, not chosen one by one.
//
// Behind a column command come those that the scheduler would choose next for the same row (Scheduler::following), the
// first as soon as it may go, each further one the distance of two such commands later. They end where something else
// may go: another bank's row command, its column command unless it has to wait for as long and for a younger request, a
// refresh that is not put off any more, a row that has been out of use for long enough, or the tick up to which the
// engine has been asked to go.
//
// A listener to single commands wants each of them, so with one the engine chooses them one by one, and bursts wait
// each by itself; that is the reference.
#include <algorithm>

#include "models/mem/dram/engine.h"

namespace subvolt::mem::dram {

// The first tick at which the device wants something for itself while requests wait.
std::int64_t Engine::first_of_others(int bank_in_use) const {
  std::int64_t first = refresh_deadline();
  if (settings_.page_policy != PagePolicy::kTimeout) return first;
  for (const Bank& bank : banks_) {
    const bool other = &bank != &banks_[static_cast<std::size_t>(bank_in_use)];
    if (bank.open && other) first = std::min(first, bank.last_use + page_timeout_);
  }
  return first;
}

void Engine::follow(const Step& first, std::int64_t limit) {
  if (queue_.size() == 0 || one_by_one() || timing_.counted(first.command)) return;
  const std::int64_t alone_until = std::min({limit, first.rivals.row, first_of_others(first.bank) - 1});
  const std::int64_t length = table_->length[static_cast<std::size_t>(first.command)];
  const std::int64_t distance = std::max({table_->distance(first.command, first.command), length, std::int64_t{1}});
  const bool together = table_->before_columns[static_cast<std::size_t>(first.command)] >= distance;
  Step step = first;
  while (true) {
    const Scheduler::Following next = scheduler_.following(step);
    if (next.bursts == 0) return;
    const bool goes_first = together && queue_[next.slot].order < first.rivals.oldest;
    const std::int64_t until = goes_first ? alone_until : std::min(alone_until, first.rivals.column - 1);
    const std::int64_t at = std::max({now_ + 1, bus_free_, timing_.earliest(step.command, step.bank)});
    if (at > until) return;
    const auto in_time = (until - at) / distance + 1;
    const auto bursts = static_cast<std::int32_t>(std::min<std::int64_t>(next.bursts, in_time));
    step.slot = next.slot;
    step.at = at + (bursts - 1) * distance;
    now_ = step.at;
    timing_.issue(step.command, step.bank, step.at);
    bus_free_ = step.at + length;
    commands_[static_cast<std::size_t>(step.command)] += bursts;
    if (counter_) counter_(to_text(step.command), bursts);
    columns_went(step, bursts, distance);
  }
}

}  // namespace subvolt::mem::dram
