// What the commands so far allow: for each command and bank the first tick at which it may begin.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "models/mem/dram/timing_table.h"

namespace subvolt::mem::dram {

class TimingState {
 public:
  TimingState(const TimingTable& table, int banks, int bank_groups);

  // `bank` is any bank for commands to all of them.
  std::int64_t earliest(Command c, int bank) const {
    const auto i = static_cast<std::size_t>(c);
    return std::max(rank_[i], std::max(groups_[static_cast<std::size_t>(bank % bank_groups_)][i],
                                       banks_[static_cast<std::size_t>(bank)][i]));
  }
  // Whether a window counts the command, such as tFAW the activates.
  bool counted(Command c) const { return (counted_ & std::uint32_t{1} << index(c)) != 0; }
  void issue(Command c, int bank, std::int64_t at);
  // Appends how far each bound still lies ahead of `now`: equal ones, equal futures.
  void append_bounds(std::int64_t now, std::vector<std::int64_t>& out) const;
  // As if all commands had been `by` later: bounds that still lie ahead of `now` move along.
  void shift(std::int64_t now, std::int64_t by);
  // Another table from now on; no command may begin before `at`.
  void restart(const TimingTable& table, std::int64_t at);

 private:
  using Earliest = std::array<std::int64_t, kCommands>;
  struct Window {
    std::vector<std::int64_t> last;  // a ring of ends on the command bus
    std::size_t next = 0;
  };

  const TimingTable* table_;
  int bank_groups_;
  Earliest rank_{};
  std::vector<Earliest> groups_, banks_;
  std::vector<Window> windows_;
  std::uint32_t counted_ = 0;  // commands that they count, by bit
};

}  // namespace subvolt::mem::dram
