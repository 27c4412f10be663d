#include "sim/mapping/dot_product/dot_product_input.h"

#include <algorithm>

namespace subvolt::mapping {
namespace {

// Three registers in a row, the last one first seen by the placer. A register that could not move tells the one before
// it not to move in the next cycle, in which that one's beat, or its lack, waits in the spare.
class Registers {
 public:
  // One cycle. `coming`: the FIFO has a beat; `open`: the placer takes one. `popped`: the FIFO's beat was taken.
  void tick(bool coming, bool open, bool& popped) {
    popped = ready_[0] && coming;
    for (int s = kStages - 1; s >= 0; --s) {
      const bool before = s > 0 ? full_[s - 1] : coming;
      const bool moves = open || !full_[s];
      const bool value = ready_[s] ? before : spare_[s];
      open = ready_[s];
      if (ready_[s]) spare_[s] = before;
      if (moves) full_[s] = value;
      ready_[s] = moves;
    }
  }
  // All that they hold, as a number below kStates, and back.
  static constexpr std::size_t kStates = 512;
  std::size_t state() const {
    std::size_t bits = 0;
    for (int s = 0; s < kStages; ++s) bits = bits << 3 | (ready_[s] ? 4 : 0) | (spare_[s] ? 2 : 0) | (full_[s] ? 1 : 0);
    return bits;
  }
  static Registers in_state(std::size_t bits) {
    Registers registers;
    for (int s = kStages - 1; s >= 0; --s, bits >>= 3) {
      registers.ready_[s] = (bits & 4) != 0;
      registers.spare_[s] = (bits & 2) != 0;
      registers.full_[s] = (bits & 1) != 0;
    }
    return registers;
  }
  static bool full_at_the_end(std::size_t state) { return (state & 1) != 0; }  // of the last one

 private:
  static constexpr int kStages = 3;
  bool ready_[kStages] = {true, true, true}, spare_[kStages] = {}, full_[kStages] = {};
};

// What a cycle makes of each state, for layers have as many cycles as beats.
struct Cycle {
  struct Result {
    std::uint16_t state;
    bool popped;
  };
  Result of[Registers::kStates][2][2];  // by coming and open
  Cycle() {
    for (std::size_t state = 0; state < Registers::kStates; ++state) {
      for (const bool coming : {false, true}) {
        for (const bool open : {false, true}) {
          Registers registers = Registers::in_state(state);
          Result& result = of[state][coming][open];
          registers.tick(coming, open, result.popped);
          result.state = static_cast<std::uint16_t>(registers.state());
        }
      }
    }
  }
};

}  // namespace

std::int64_t placed_at(const std::vector<std::int64_t>& taken, std::int64_t row, std::int64_t planes,
                       std::int64_t latency) {
  static const Cycle cycle;
  static const std::size_t idle = Registers().state();
  std::size_t registers = idle;
  const std::size_t beats = taken.size();
  std::size_t head = 0, done = 0;
  std::int64_t stored = 0, column = 0, plane = 0;
  bool deaf = false;
  for (std::int64_t now = taken.front();; ++now) {
    if (stored == 0 && !deaf && registers == idle && head < beats) now = std::max(now, taken[head] + latency);
    const bool store = stored > 0;
    bool deaf_next = false;
    if (store) {
      const bool special = column == row - 1 || (plane & 2) != 0;
      deaf_next = special && !deaf;
      if (++done == beats) return now;
      if (++column == row) {
        column = 0;
        if (++plane == planes) plane = 0;
      }
    }
    const bool take = Registers::full_at_the_end(registers) && !deaf;
    const bool coming = head < beats && taken[head] + latency <= now;
    const Cycle::Result& result = cycle.of[registers][coming][!deaf];
    registers = result.state;
    if (result.popped) ++head;
    stored += (take ? 1 : 0) - (store ? 1 : 0);
    deaf = deaf_next;
  }
}

}  // namespace subvolt::mapping
