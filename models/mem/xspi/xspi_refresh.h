// Refresh that a device does by itself, a row each interval, while chip select is high. One that falls due during a
// transaction runs right after it, and a transaction that begins while one runs collides with it.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/kernel/repeat/state_key.h"
#include "sim/units/picoseconds.h"

namespace subvolt::mem {

class XspiRefresher {
 public:
  XspiRefresher(Picoseconds interval, Picoseconds duration)
      : interval_(interval), duration_(duration), due_(interval) {}

  // All that its future depends on at `now_time`, with chip select high since `high`.
  void state(kernel::StateKey& key, Picoseconds high, Picoseconds now_time) const {
    XspiRefresher now = *this;
    now.collides(high, now_time);
    key.add(interval_ == Picoseconds() ? Picoseconds() : now.due_ - now_time);
    key.add_ahead(now.end_, now_time);
  }

  // Chip select was high from `high` and falls at `low`. Whether a refresh is under way then. In order of time.
  bool collides(Picoseconds high, Picoseconds low) {
    if (interval_ == Picoseconds()) return false;
    for (;;) {
      // Long quiet: all but the last few run at their time.
      if (due_ >= std::max(high, end_) && low - due_ > 2 * interval_) {
        due_ += ((low - due_) / interval_ - 1) * interval_;
      }
      const Picoseconds begin = std::max({due_, high, end_});
      if (begin >= low) break;
      end_ = begin + duration_;
      due_ += interval_;
    }
    return low < end_;
  }

 private:
  Picoseconds interval_, duration_;
  Picoseconds due_;    // of the next one
  Picoseconds end_{};  // of the last one
};

}  // namespace subvolt::mem
