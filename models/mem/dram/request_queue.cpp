#include "models/mem/dram/request_queue.h"

#include <algorithm>

namespace subvolt::mem::dram {

RequestQueue::RequestQueue(int banks) : lists_(static_cast<std::size_t>(banks) * 2) {}

namespace {
Direction against(Direction d) { return d == kReads ? kWrites : kReads; }

// Whether they have a burst in common.
bool meet(const Request& a, const Request& b) { return a.burst < b.burst + b.bursts && b.burst < a.burst + a.bursts; }
}  // namespace

bool RequestQueue::meets(const Request& request) const {
  for (std::int32_t s = first(request.bank, against(request.direction)); s >= 0; s = next(s)) {
    if (meet((*this)[s], request)) return true;
  }
  return false;
}

std::int32_t RequestQueue::find_conflict(const Request& request) const {
  std::int32_t youngest = -1;
  for (std::int32_t s = first(request.bank, against(request.direction)); s >= 0; s = next(s)) {
    if (meet((*this)[s], request)) youngest = s;
  }
  return youngest;
}

std::int32_t RequestQueue::push(const Request& request) {
  if (!meets(request)) return push_as_one(request);
  part_those_that_meet(request);
  Request single = request;
  single.bursts = 1;
  std::int32_t first_slot = -1;
  for (std::int32_t i = 0; i < request.bursts; ++i) {
    single.burst = request.burst + i;
    single.blocker = find_conflict(single);
    if (single.blocker >= 0) {
      ++(*this)[single.blocker].blocking;
      ++blocked_[single.direction];
    }
    const std::int32_t s = push_as_one(single);
    if (i == 0) first_slot = s;
  }
  return first_slot;
}

void RequestQueue::part_those_that_meet(const Request& request) {
  for (std::int32_t s = first(request.bank, against(request.direction)); s >= 0; s = next(s)) {
    const Request whole = (*this)[s];
    if (whole.bursts == 1 || !meet(whole, request)) continue;
    (*this)[s].bursts = 1;
    for (std::int32_t i = whole.bursts - 1; i > 0; --i) {
      Request single = whole;
      single.burst += i;
      single.order += static_cast<std::uint64_t>(i);
      single.bursts = 1;
      single.caused_activate = single.caused_precharge = false;
      insert_behind(s, single);
    }
  }
}

std::int32_t RequestQueue::new_slot(const Request& request) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::int32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::int32_t s = free_.back();
  free_.pop_back();
  slots_[static_cast<std::size_t>(s)].request = request;
  return s;
}

std::int32_t RequestQueue::push_as_one(const Request& request) {
  const std::int32_t s = new_slot(request);
  Slot& slot = slots_[static_cast<std::size_t>(s)];
  slot.request.order = order_;
  order_ += static_cast<std::uint64_t>(request.bursts);
  if (!waits_for(request.bank)) banks_.push_back(request.bank);
  List& list = lists_[at(request.bank, request.direction)];
  slot.next = -1;
  slot.previous = list.tail;
  (list.tail >= 0 ? slots_[static_cast<std::size_t>(list.tail)].next : list.head) = s;
  list.tail = s;
  slot.younger = -1;
  slot.older = youngest_;
  (youngest_ >= 0 ? slots_[static_cast<std::size_t>(youngest_)].younger : oldest_) = s;
  youngest_ = s;
  count_[request.direction] += request.bursts;
  return s;
}

// Next in age and in the list of its bank; its burst is counted already.
void RequestQueue::insert_behind(std::int32_t before, const Request& request) {
  const std::int32_t s = new_slot(request);
  Slot& own = slots_[static_cast<std::size_t>(s)];
  Slot& slot = slots_[static_cast<std::size_t>(before)];
  List& list = lists_[at(request.bank, request.direction)];
  own.previous = before;
  own.next = slot.next;
  (slot.next >= 0 ? slots_[static_cast<std::size_t>(slot.next)].previous : list.tail) = s;
  slot.next = s;
  own.older = before;
  own.younger = slot.younger;
  (slot.younger >= 0 ? slots_[static_cast<std::size_t>(slot.younger)].older : youngest_) = s;
  slot.younger = s;
}

void RequestQueue::went(std::int32_t s, std::int32_t bursts) {
  Request& request = (*this)[s];
  if (bursts == request.bursts) return remove(s);
  request.burst += bursts;
  request.bursts -= bursts;
  request.order += static_cast<std::uint64_t>(bursts);
  request.caused_activate = request.caused_precharge = false;
  count_[request.direction] -= bursts;
}

void RequestQueue::remove(std::int32_t s) {
  const Slot& slot = slots_[static_cast<std::size_t>(s)];
  List& list = lists_[at(slot.request.bank, slot.request.direction)];
  (slot.previous >= 0 ? slots_[static_cast<std::size_t>(slot.previous)].next : list.head) = slot.next;
  (slot.next >= 0 ? slots_[static_cast<std::size_t>(slot.next)].previous : list.tail) = slot.previous;
  (slot.older >= 0 ? slots_[static_cast<std::size_t>(slot.older)].younger : oldest_) = slot.younger;
  (slot.younger >= 0 ? slots_[static_cast<std::size_t>(slot.younger)].older : youngest_) = slot.older;
  count_[slot.request.direction] -= slot.request.bursts;
  if (slot.request.blocking > 0) unblock(s);
  if (!waits_for(slot.request.bank)) {
    *std::find(banks_.begin(), banks_.end(), slot.request.bank) = banks_.back();
    banks_.pop_back();
  }
  free_.push_back(s);
}

void RequestQueue::unblock(std::int32_t done) {
  const Request& blocker = (*this)[done];
  const Direction other = against(blocker.direction);
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
