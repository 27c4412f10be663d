// Ticks of the scheduler as picoseconds, over changes of the clock.
#pragma once

#include <cstdint>

#include "models/mem/dram/timing_table.h"
#include "sim/units/edges.h"
#include "sim/units/hertz.h"
#include "sim/units/picoseconds.h"

namespace subvolt::mem::dram {

class TickClock {
 public:
  TickClock(Hertz frequency, Rounding rounding);
  // The first picosecond of a tick: floor((tick - base) x 10^12 / f) after the base.
  Picoseconds time(std::int64_t tick) const { return base_ + edges_.time(tick - base_tick_); }
  // The last tick that has begun at `ps`.
  std::int64_t tick(Picoseconds ps) const { return base_tick_ + edges_.after(ps - base_) - 1; }
  // Where in a tick it is (Edges::phase).
  std::int64_t phase(Picoseconds ps) const { return edges_.phase(ps - base_); }
  // How many ticks a time is; -1: no whole number, and the ticks of the same time later may be more or fewer.
  std::int64_t ticks_in(Picoseconds ps) const { return edges_.in(ps); }
  // The picoseconds from tick begin + i step to tick end + i step, summed over i = 1 ... times.
  Picoseconds repeated(std::int64_t begin, std::int64_t end, std::int64_t step, std::int64_t times) const;
  // Another frequency from the begin of `tick` on.
  void change(std::int64_t tick, Hertz frequency);
  Hertz frequency() const { return hz_; }

 private:
  // In exact rounding a tick is a picosecond.
  Edges edges_of(Hertz frequency) const {
    return Edges(rounding_ == Rounding::kExact ? Hertz(kSecond.value()) : frequency);
  }

  Rounding rounding_;
  Hertz hz_;
  Edges edges_;
  std::int64_t base_tick_ = 0;
  Picoseconds base_{};
};

}  // namespace subvolt::mem::dram
