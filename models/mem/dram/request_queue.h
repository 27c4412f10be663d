// Bursts that wait for their column command: by bank and direction, and all of them by age.
//
// Bursts of one access that lie behind each other in a row wait as one request, whose first burst goes first. To
// whoever looks it is as if each of them waited by itself: nothing is ever younger than one of them and older than
// another.
//
// Two bursts to the same place must keep their order if one of them writes: the younger one is `blocked` until the
// older has gone. Such bursts do wait each by itself. Within one direction and row the scheduler keeps the order of
// arrival anyway.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace subvolt::mem::dram {

enum Direction { kReads, kWrites };

struct Request {
  std::int64_t row = 0;
  std::int64_t burst = 0;    // number in the memory, of the first that has not gone
  std::int32_t bursts = 1;   // that have not gone
  std::uint64_t order = 0;   // of arrival, of the first
  std::uint32_t access = 0;  // that it is part of
  std::int32_t task = -1;    // on whose behalf (power::Task)
  std::int32_t bank = 0;
  Direction direction = kReads;
  std::int32_t blocker = -1;                               // request that must go before
  std::int32_t blocking = 0;                               // requests that wait for this one
  bool caused_activate = false, caused_precharge = false;  // for the first
};

class RequestQueue {
 public:
  explicit RequestQueue(int banks);

  std::int32_t push(const Request& request);  // fills in order and blocker; returns where its first burst waits
  void remove(std::int32_t slot);
  void went(std::int32_t slot, std::int32_t bursts);  // the first ones; the request goes with the last
  const Request& operator[](std::int32_t slot) const { return slots_[static_cast<std::size_t>(slot)].request; }
  Request& operator[](std::int32_t slot) { return slots_[static_cast<std::size_t>(slot)].request; }

  int size() const { return count_[kReads] + count_[kWrites]; }
  int size(Direction d) const { return count_[d]; }
  int unblocked(Direction d) const { return count_[d] - blocked_[d]; }
  std::int32_t oldest() const { return oldest_; }  // -1: none

  // Those for which something waits, in no order.
  const std::vector<int>& banks() const { return banks_; }
  // Requests of one bank and direction in order of arrival.
  std::int32_t first(int bank, Direction d) const { return lists_[at(bank, d)].head; }
  std::int32_t next(std::int32_t slot) const { return slots_[static_cast<std::size_t>(slot)].next; }
  // The oldest that may go and wants `row`; -1: none.
  std::int32_t first_hit(int bank, Direction d, std::int64_t row) const;
  // The oldest that may go; -1: none.
  std::int32_t first_unblocked(int bank, Direction d) const;

 private:
  struct Slot {
    Request request;
    std::int32_t next = -1, previous = -1;  // in the bank's list
    std::int32_t younger = -1, older = -1;  // of all
  };
  struct List {
    std::int32_t head = -1, tail = -1;
  };
  static std::size_t at(int bank, Direction d) { return static_cast<std::size_t>(bank) * 2 + d; }
  bool meets(const Request& request) const;
  std::int32_t find_conflict(const Request& request) const;
  void part_those_that_meet(const Request& request);
  std::int32_t push_as_one(const Request& request);
  std::int32_t new_slot(const Request& request);
  void insert_behind(std::int32_t slot, const Request& request);
  bool waits_for(int bank) const { return first(bank, kReads) >= 0 || first(bank, kWrites) >= 0; }
  void unblock(std::int32_t done);

  std::vector<Slot> slots_;
  std::vector<std::int32_t> free_;
  std::vector<List> lists_;
  std::vector<int> banks_;
  std::int32_t oldest_ = -1, youngest_ = -1;
  std::uint64_t order_ = 0;
  std::array<int, 2> count_{}, blocked_{};
};

}  // namespace subvolt::mem::dram
