#include "models/mem/dram/request_queue.h"

namespace subvolt::mem::dram {

RequestQueue::RequestQueue(int banks) : lists_(static_cast<std::size_t>(banks) * 2) {}

std::int32_t RequestQueue::find_conflict(const Request& request) const {
  const Direction other = request.direction == kReads ? kWrites : kReads;
  std::int32_t youngest = -1;
  for (std::int32_t s = first(request.bank, other); s >= 0; s = next(s)) {
    const Request& r = (*this)[s];
    if (r.row == request.row && r.column == request.column) youngest = s;
  }
  return youngest;
}

std::int32_t RequestQueue::push(Request request) {
  request.order = order_++;
  request.blocker = find_conflict(request);
  if (request.blocker >= 0) {
    ++(*this)[request.blocker].blocking;
    ++blocked_[request.direction];
  }
  if (free_.empty()) {
    free_.push_back(static_cast<std::int32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::int32_t s = free_.back();
  free_.pop_back();
  Slot& slot = slots_[static_cast<std::size_t>(s)];
  slot = Slot();
  slot.request = request;

  List& list = lists_[at(request.bank, request.direction)];
  slot.previous = list.tail;
  (list.tail >= 0 ? slots_[static_cast<std::size_t>(list.tail)].next : list.head) = s;
  list.tail = s;
  slot.older = youngest_;
  (youngest_ >= 0 ? slots_[static_cast<std::size_t>(youngest_)].younger : oldest_) = s;
  youngest_ = s;
  ++count_[request.direction];
  return s;
}

void RequestQueue::remove(std::int32_t s) {
  const Slot slot = slots_[static_cast<std::size_t>(s)];
  List& list = lists_[at(slot.request.bank, slot.request.direction)];
  (slot.previous >= 0 ? slots_[static_cast<std::size_t>(slot.previous)].next : list.head) = slot.next;
  (slot.next >= 0 ? slots_[static_cast<std::size_t>(slot.next)].previous : list.tail) = slot.previous;
  (slot.older >= 0 ? slots_[static_cast<std::size_t>(slot.older)].younger : oldest_) = slot.younger;
  (slot.younger >= 0 ? slots_[static_cast<std::size_t>(slot.younger)].older : youngest_) = slot.older;
  --count_[slot.request.direction];
  if (slot.request.blocking > 0) unblock(s);
  free_.push_back(s);
}

void RequestQueue::unblock(std::int32_t done) {
  const Request& blocker = (*this)[done];
  const Direction other = blocker.direction == kReads ? kWrites : kReads;
  for (std::int32_t s = first(blocker.bank, other); s >= 0; s = next(s)) {
    Request& r = (*this)[s];
    if (r.blocker != done) continue;
    r.blocker = -1;
    --blocked_[other];
  }
}

std::int32_t RequestQueue::first_hit(int bank, Direction d, std::int64_t row) const {
  for (std::int32_t s = first(bank, d); s >= 0; s = next(s)) {
    const Request& r = (*this)[s];
    if (r.row == row && r.blocker < 0) return s;
  }
  return -1;
}

std::int32_t RequestQueue::first_unblocked(int bank, Direction d) const {
  for (std::int32_t s = first(bank, d); s >= 0; s = next(s)) {
    if ((*this)[s].blocker < 0) return s;
  }
  return -1;
}

}  // namespace subvolt::mem::dram
