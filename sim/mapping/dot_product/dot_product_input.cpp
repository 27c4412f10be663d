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
  bool last() const { return full_[kStages - 1]; }
  bool idle() const {
    for (int s = 0; s < kStages; ++s) {
      if (!ready_[s] || spare_[s] || full_[s]) return false;
    }
    return true;
  }

 private:
  static constexpr int kStages = 3;
  bool ready_[kStages] = {true, true, true}, spare_[kStages] = {}, full_[kStages] = {};
};

}  // namespace

std::int64_t placed_at(const std::vector<std::int64_t>& taken, std::int64_t row, std::int64_t planes,
                       std::int64_t latency) {
  Registers registers;
  const std::size_t beats = taken.size();
  std::size_t head = 0, done = 0;
  std::int64_t stored = 0, column = 0, plane = 0;
  bool deaf = false;
  for (std::int64_t now = taken.front();; ++now) {
    if (stored == 0 && !deaf && head < beats && registers.idle()) now = std::max(now, taken[head] + latency);
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
    const bool take = registers.last() && !deaf;
    bool popped = false;
    registers.tick(head < beats && taken[head] + latency <= now, !deaf, popped);
    if (popped) ++head;
    stored += (take ? 1 : 0) - (store ? 1 : 0);
    deaf = deaf_next;
  }
}

}  // namespace subvolt::mapping
