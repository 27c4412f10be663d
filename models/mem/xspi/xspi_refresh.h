// Refresh that a device does by itself, a row each interval, while chip select is high. One that falls due during a
// transaction runs right after it, and a transaction that begins while one runs collides with it.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/kernel/repeat/state_key.h"

namespace subvolt::mem {

class XspiRefresher {
 public:
  XspiRefresher(std::int64_t interval_ps, std::int64_t duration_ps)
      : interval_ps_(interval_ps), duration_ps_(duration_ps), due_ps_(interval_ps) {}

  // All that its future depends on at `now_ps`, with chip select high since `high_ps`.
  void state(kernel::StateKey& key, std::int64_t high_ps, std::int64_t now_ps) const {
    XspiRefresher now = *this;
    now.collides(high_ps, now_ps);
    key.add(interval_ps_ == 0 ? 0 : now.due_ps_ - now_ps);
    key.add_ahead(now.end_ps_, now_ps);
  }

  // Chip select was high from `high_ps` and falls at `low_ps`. Whether a refresh is under way then. In order of time.
  bool collides(std::int64_t high_ps, std::int64_t low_ps) {
    if (interval_ps_ == 0) return false;
    for (;;) {
      // Long quiet: all but the last few run at their time.
      if (due_ps_ >= std::max(high_ps, end_ps_) && low_ps - due_ps_ > 2 * interval_ps_) {
        due_ps_ += ((low_ps - due_ps_) / interval_ps_ - 1) * interval_ps_;
      }
      const std::int64_t begin = std::max({due_ps_, high_ps, end_ps_});
      if (begin >= low_ps) break;
      end_ps_ = begin + duration_ps_;
      due_ps_ += interval_ps_;
    }
    return low_ps < end_ps_;
  }

 private:
  std::int64_t interval_ps_, duration_ps_;
  std::int64_t due_ps_;      // of the next one
  std::int64_t end_ps_ = 0;  // of the last one
};

}  // namespace subvolt::mem
