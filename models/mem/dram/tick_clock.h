// Ticks of the scheduler as picoseconds, over changes of the clock.
#pragma once

#include <cstdint>

#include "models/mem/dram/timing_table.h"
#include "sim/units/edges.h"

namespace subvolt::mem::dram {

class TickClock {
 public:
  TickClock(std::int64_t clock_hz, Rounding rounding);
  // The first picosecond of a tick: floor((tick - base) x 10^12 / f) after the base.
  std::int64_t ps(std::int64_t tick) const { return base_ps_ + edges_.ps(tick - base_tick_); }
  // The last tick that has begun at `ps`.
  std::int64_t tick(std::int64_t ps) const { return base_tick_ + edges_.before(ps - base_ps_ + 1) - 1; }
  // Where in a tick it is (Edges::phase).
  std::int64_t phase(std::int64_t ps) const { return edges_.phase(ps - base_ps_); }
  // How many ticks a time is; -1: no whole number, and the ticks of the same time later may be more or fewer.
  std::int64_t ticks_in(std::int64_t ps) const { return edges_.in(ps); }
  // The picoseconds from tick begin + i step to tick end + i step, summed over i = 1 ... times.
  std::int64_t repeated_ps(std::int64_t begin, std::int64_t end, std::int64_t step, std::int64_t times) const;
  // Another frequency from the begin of `tick` on.
  void change(std::int64_t tick, std::int64_t clock_hz);
  std::int64_t clock_hz() const { return hz_; }

 private:
  // In exact rounding a tick is a picosecond.
  Edges edges_of(std::int64_t clock_hz) const {
    return Edges(rounding_ == Rounding::kExact ? kPicosecondsPerSecond : clock_hz);
  }

  Rounding rounding_;
  std::int64_t hz_;
  Edges edges_;
  std::int64_t base_tick_ = 0, base_ps_ = 0;
};

}  // namespace subvolt::mem::dram
