// Time that was not simulated, because it was the same as some before it. Records have it, the simulation has not.
//
//   simulated   ...|--- a ---|...            a again, twice
//   recorded    ...|--- a ---|--- a ---|--- a ---|...
#pragma once

#include <cstdint>
#include <vector>

#include "sim/kernel/clock_domain.h"
#include "sim/units/picoseconds.h"

namespace subvolt::kernel {

class SkippedTime {
 public:
  // All that is recorded from simulated `from` to `at` comes `times` more from `at` on. In order of time.
  // Returns how long it is, once.
  Picoseconds skip(Picoseconds from, Picoseconds at, std::int64_t times) {
    Picoseconds period = at - from;
    for (const Skip& skip : skips_) period += skip.at > from ? skip.length : Picoseconds();
    skips_.push_back({from, at, times, times * period});
    total_time_ += times * period;
    return period;
  }
  Picoseconds total_time() const { return total_time_; }

  // When it was simulated, of a recorded time that was.
  Picoseconds simulated_time(Picoseconds recorded_time) const {
    for (const Skip& skip : skips_) {
      if (recorded_time <= skip.at) break;
      recorded_time -= skip.length;
    }
    return recorded_time;
  }

  // Of the recorded time up to simulated `end`.
  std::int64_t edges(const ClockDomain& clock, Picoseconds end) const {
    std::vector<std::int64_t> skipped;
    std::int64_t all = clock.edges_before(end);
    for (const Skip& skip : skips_) {
      std::int64_t period = clock.edges_before(skip.at) - clock.edges_before(skip.from);
      for (std::size_t i = 0; i < skipped.size(); ++i) period += skips_[i].at > skip.from ? skipped[i] : 0;
      skipped.push_back(skip.times * period);
      all += skipped.back();
    }
    return all;
  }

 private:
  struct Skip {
    Picoseconds from, at;  // simulated
    std::int64_t times;
    Picoseconds length;
  };
  std::vector<Skip> skips_;
  Picoseconds total_time_{};
};

}  // namespace subvolt::kernel
