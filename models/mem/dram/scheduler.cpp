#include "models/mem/dram/scheduler.h"

#include <algorithm>

namespace subvolt::mem::dram {
Scheduler::Scheduler(const Settings& settings, const RequestQueue& queue, const std::vector<Bank>& banks,
                     const TimingState& timing)
    : settings_(settings), queue_(queue), banks_(banks), timing_(timing) {}

Scheduler::Allowed Scheduler::directions() const {
  const int reads = queue_.unblocked(kReads);
  const int writes = queue_.unblocked(kWrites);
  if (!settings_.queue.group_writes) return {true, true};
  const bool enough =
      writing_ ? queue_.size(kWrites) > settings_.queue.write_low : queue_.size(kWrites) >= settings_.queue.write_high;
  const bool write = starving() ? queue_[queue_.oldest()].direction == kWrites : writes > 0 && (reads == 0 || enough);
  return {!write, write};
}

std::int32_t Scheduler::oldest(std::int32_t a, std::int32_t b) const {
  if (a < 0) return b;
  if (b < 0) return a;
  return queue_[a].order < queue_[b].order ? a : b;
}

bool Scheduler::others_want(int bank, std::int64_t row, std::int32_t slot) const {
  if (queue_[slot].bursts > 1) return true;
  for (const Direction d : {kReads, kWrites}) {
    for (std::int32_t s = queue_.first(bank, d); s >= 0; s = queue_.next(s)) {
      if (s != slot && queue_[s].row == row) return true;
    }
  }
  return false;
}

Choice Scheduler::column_command(int bank, std::int32_t slot) const {
  const Request& request = queue_[slot];
  const bool close = settings_.page_policy == PagePolicy::kClosed && !others_want(bank, request.row, slot);
  const Command command = request.direction == kReads ? (close ? Command::kReadAutoPrecharge : Command::kRead)
                                                      : (close ? Command::kWriteAutoPrecharge : Command::kWrite);
  Choice choice;
  choice.command = command;
  choice.bank = bank;
  choice.slot = slot;
  return choice;
}

Choice Scheduler::row_command(int bank, std::int32_t slot) const {
  Choice choice;
  choice.command = banks_[static_cast<std::size_t>(bank)].open ? Command::kPrecharge : Command::kAct;
  choice.bank = bank;
  choice.slot = slot;
  return choice;
}

Choice Scheduler::for_bank(int b, Allowed allowed) const {
  const Bank& bank = banks_[static_cast<std::size_t>(b)];
  if (bank.open) {
    const std::int32_t starved = starving() ? queue_.oldest() : -1;
    const bool kept_from = starved >= 0 && queue_[starved].bank == b && queue_[starved].row != bank.row;
    if (!kept_from) {
      const std::int32_t hit = oldest(allowed.reads ? queue_.first_hit(b, kReads, bank.row) : -1,
                                      allowed.writes ? queue_.first_hit(b, kWrites, bank.row) : -1);
      if (hit >= 0) return column_command(b, hit);
    }
  }
  const std::int32_t slot = oldest(allowed.reads ? queue_.first_unblocked(b, kReads) : -1,
                                   allowed.writes ? queue_.first_unblocked(b, kWrites) : -1);
  if (slot < 0) return {};
  // The direction has turned since the row was opened: closing it now would waste the activate.
  if (bank.open && bank.opener >= 0) return column_command(b, bank.opener);
  return row_command(b, slot);
}

Choice Scheduler::for_bank_in_order(int b) const {
  const std::int32_t slot = oldest(queue_.first(b, kReads), queue_.first(b, kWrites));
  if (slot < 0) return {};
  const Bank& bank = banks_[static_cast<std::size_t>(b)];
  if (!bank.open || bank.row != queue_[slot].row) return row_command(b, slot);
  return slot == queue_.oldest() ? column_command(b, slot) : Choice();
}

Choice Scheduler::choose(std::int64_t from, const Reserved& reserved) const {
  Choice best;
  if (queue_.size() == 0) return best;
  const bool in_order = settings_.scheduler == Order::kFifo;
  const Allowed allowed = in_order ? Allowed{true, true} : directions();
  const std::int32_t starved = !in_order && starving() ? queue_.oldest() : -1;
  Choice::Rivals rivals;
  const auto rival = [&](const Choice& choice) {
    if (choice.slot < 0) return;
    std::int64_t& at = is_column(choice.command) ? rivals.column : rivals.row;
    at = std::min(at, choice.at);
    if (is_column(choice.command)) rivals.oldest = std::min(rivals.oldest, queue_[choice.slot].order);
  };
  int best_class = 0;
  for (const int b : queue_.banks()) {
    Choice choice = in_order ? for_bank_in_order(b) : for_bank(b, allowed);
    if (choice.slot < 0) continue;
    choice.at = std::max(from, timing_.earliest(choice.command, b));
    const bool held = b == reserved.bank || (reserved.alone && choice.command == Command::kAct);
    if (held && choice.at >= reserved.from) continue;
    const int rank = choice.slot == starved ? 0 : is_column(choice.command) ? 1 : 2;
    const bool better =
        best.slot < 0 || choice.at < best.at ||
        (choice.at == best.at &&
         (rank < best_class || (rank == best_class && queue_[choice.slot].order < queue_[best.slot].order)));
    rival(better ? best : choice);
    if (!better) continue;
    best = choice;
    best.writing = !allowed.reads;
    best_class = rank;
  }
  best.rivals = rivals;
  return best;
}

// Nothing about the other banks changes with them: neither do the directions that may go, nor is there a request that
// has waited for too long, and what else a column command does can only put their commands off.
Scheduler::Following Scheduler::following(const Choice& last) const {
  const Direction direction =
      last.command == Command::kRead || last.command == Command::kReadAutoPrecharge ? kReads : kWrites;
  const Bank& bank = banks_[static_cast<std::size_t>(last.bank)];
  if (queue_.size() == 0 || !bank.open || settings_.page_policy == PagePolicy::kClosed) return {};
  if (settings_.scheduler == Order::kFifo) {
    const std::int32_t slot = queue_.oldest();
    const Request& request = queue_[slot];
    const bool hit = request.bank == last.bank && request.row == bank.row && request.direction == direction;
    return hit ? Following{slot, request.bursts} : Following();
  }
  const Allowed allowed = directions();
  const bool turned = settings_.queue.group_writes && allowed.writes != last.writing;
  if (turned || starving()) return {};
  const std::int32_t slot = oldest(allowed.reads ? queue_.first_hit(last.bank, kReads, bank.row) : -1,
                                   allowed.writes ? queue_.first_hit(last.bank, kWrites, bank.row) : -1);
  if (slot < 0 || queue_[slot].direction != direction) return {};
  std::int32_t bursts = queue_[slot].bursts;
  if (slot != queue_.oldest()) bursts = std::min(bursts, settings_.queue.overtaking - overtaken_);
  const bool until_low = settings_.queue.group_writes && direction == kWrites && queue_.unblocked(kReads) > 0;
  if (until_low) bursts = std::min(bursts, queue_.size(kWrites) - settings_.queue.write_low);
  return {slot, bursts};
}

Choice Scheduler::choose_only(std::int64_t from) const {
  const std::int32_t slot = queue_.oldest();
  const Request& request = queue_[slot];
  const Bank& bank = banks_[static_cast<std::size_t>(request.bank)];
  const bool hit = bank.open && bank.row == request.row;
  Choice choice = hit ? column_command(request.bank, slot) : row_command(request.bank, slot);
  choice.at = std::max(from, timing_.earliest(choice.command, request.bank));
  choice.writing = settings_.scheduler != Order::kFifo && settings_.queue.group_writes && request.direction == kWrites;
  return choice;
}

void Scheduler::serves(std::int32_t slot, std::int32_t bursts) {
  overtaken_ = slot == queue_.oldest() ? 0 : overtaken_ + bursts;
}

}  // namespace subvolt::mem::dram
