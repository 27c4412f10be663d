// Which command serves the waiting requests best, and when it may go.
//
// FR-FCFS: of the commands that are legal first, column commands before row commands, older requests before younger.
// A bank's row is closed only when no request that may go wants it, and never before the request that it was opened for
// has gone: that one goes with the other direction if need be. Writes are held back and go in groups (settings.h).
// The oldest request is never overtaken more than `overtaking` times: then its direction, its bank and its command
// come first, so every request is served.
// FIFO: column commands in order of arrival; the rows that each bank's oldest request needs are prepared meanwhile.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "models/mem/dram/request_queue.h"
#include "models/mem/dram/settings.h"
#include "models/mem/dram/timing_state.h"
#include "sim/kernel/repeat/state_key.h"

namespace subvolt::mem::dram {

inline constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

struct Bank {
  bool open = false;
  std::int64_t row = -1;
  std::int64_t last_use = 0;  // tick of its last command
  std::int32_t opener = -1;   // request that the row was opened for, until it has gone; -1: none
};

struct Choice {
  Command command = Command::kAct;
  int bank = 0;
  std::int32_t slot = -1;  // request that it serves; -1: none
  std::int64_t at = kNever;
  bool writing = false;  // it belongs to a group of writes
  // Of the commands that would serve other banks: however many column commands go to this one, no row command may go
  // before the one tick, no column command before the other, and none of the latter is for an older request.
  struct Rivals {
    std::int64_t row = kNever, column = kNever;
    std::uint64_t oldest = std::numeric_limits<std::uint64_t>::max();
  } rivals;
};

class Scheduler {
 public:
  Scheduler(const Settings& settings, const RequestQueue& queue, const std::vector<Bank>& banks,
            const TimingState& timing);

  // A bank (-1: none) that a refresh wants from a tick on: what could not go to it before does not go. Nor, if `alone`,
  // do activates of others: each would put the refresh off by tRRD and count for tFAW, and many of them for ever.
  struct Reserved {
    int bank = -1;
    std::int64_t from = 0;
    bool alone = false;
  };
  // The best command from tick `from` on.
  Choice choose(std::int64_t from, const Reserved& reserved) const;
  // The same where all that waits, at least one request, is for one row of one bank and goes in one direction.
  Choice choose_only(std::int64_t from) const;
  // Column commands like the last one, which went to its bank, that the scheduler chooses next, each as soon as it may
  // go, if the last one's rivals let them.
  struct Following {
    std::int32_t slot = -1;  // of their request
    std::int32_t bursts = 0;
  };
  Following following(const Choice& last) const;
  // The choice was taken. Until then it is a plan, and asking for one must not change the next.
  void went(const Choice& choice) { writing_ = choice.writing; }
  // All that its choices depend on besides what it is made of.
  void state(kernel::StateKey& key) const {
    key.add(writing_);
    key.add(overtaken_);
  }
  // Column commands for the first bursts of the request are about to go.
  void serves(std::int32_t slot, std::int32_t bursts);

 private:
  struct Allowed {
    bool reads, writes;
  };
  Allowed directions() const;
  std::int32_t oldest(std::int32_t a, std::int32_t b) const;
  Choice for_bank(int bank, Allowed allowed) const;
  Choice for_bank_in_order(int bank) const;
  Choice row_command(int bank, std::int32_t slot) const;
  Choice column_command(int bank, std::int32_t slot) const;
  bool others_want(int bank, std::int64_t row, std::int32_t slot) const;
  bool starving() const { return overtaken_ >= settings_.queue.overtaking; }

  const Settings& settings_;
  const RequestQueue& queue_;
  const std::vector<Bank>& banks_;
  const TimingState& timing_;
  bool writing_ = false;
  int overtaken_ = 0;  // times that the oldest request was overtaken
};

}  // namespace subvolt::mem::dram
