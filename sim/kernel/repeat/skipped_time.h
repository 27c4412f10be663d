// Time that was not simulated, because it was the same as some before it. Records have it, the simulation has not.
//
//   simulated   ...|--- a ---|...            a again, twice
//   recorded    ...|--- a ---|--- a ---|--- a ---|...
#pragma once

#include <cstdint>
#include <vector>

#include "sim/kernel/clock_domain.h"

namespace subvolt::kernel {

class SkippedTime {
 public:
  // All that is recorded from simulated `from_ps` to `at_ps` comes `times` more from `at_ps` on. In order of time.
  // Returns how long it is, once.
  std::int64_t skip(std::int64_t from_ps, std::int64_t at_ps, std::int64_t times) {
    std::int64_t period_ps = at_ps - from_ps;
    for (const Skip& skip : skips_) period_ps += skip.at_ps > from_ps ? skip.length_ps : 0;
    skips_.push_back({from_ps, at_ps, times, times * period_ps});
    total_ps_ += times * period_ps;
    return period_ps;
  }
  std::int64_t total_ps() const { return total_ps_; }

  // When it was simulated, of a recorded time that was.
  std::int64_t simulated_ps(std::int64_t recorded_ps) const {
    for (const Skip& skip : skips_) {
      if (recorded_ps <= skip.at_ps) break;
      recorded_ps -= skip.length_ps;
    }
    return recorded_ps;
  }

  // Of the recorded time up to simulated `end_ps`.
  std::int64_t edges(const ClockDomain& clock, std::int64_t end_ps) const {
    std::vector<std::int64_t> skipped;
    std::int64_t all = clock.edges_before(end_ps);
    for (const Skip& skip : skips_) {
      std::int64_t period = clock.edges_before(skip.at_ps) - clock.edges_before(skip.from_ps);
      for (std::size_t i = 0; i < skipped.size(); ++i) period += skips_[i].at_ps > skip.from_ps ? skipped[i] : 0;
      skipped.push_back(skip.times * period);
      all += skipped.back();
    }
    return all;
  }

 private:
  struct Skip {
    std::int64_t from_ps, at_ps;  // simulated
    std::int64_t times, length_ps;
  };
  std::vector<Skip> skips_;
  std::int64_t total_ps_ = 0;
};

}  // namespace subvolt::kernel
