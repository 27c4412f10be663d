// Since when power domains have had their rails cut, in recorded time, and how often they woke.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/power/record/power_state.h"
#include "sim/power/record/slept.h"
#include "sim/units/picoseconds.h"

namespace subvolt::kernel {

class Sleeps {
 public:
  void add_domain() { domains_.emplace_back(); }
  // A change of state. For one that wakes the domain from OFF or RETENTION, how long it slept, rounded as records have
  // it; from RETENTION to OFF it sleeps on. kSleepNotTold for all others.
  Picoseconds change(int domain, power::PowerState from, power::PowerState to, Picoseconds now) {
    Domain& d = domains_[static_cast<std::size_t>(domain)];
    if (cut(to) && d.since < Picoseconds()) d.since = now;
    if (!cut(from) || (to != power::PowerState::kWaking && to != power::PowerState::kOn)) return power::kSleepNotTold;
    const Picoseconds slept = power::rounded_sleep(now - d.since);
    d.since = Picoseconds(-1);
    ++d.wakes;
    return slept;
  }
  // Whether what follows `now` goes as what followed `earlier`: a domain that woke in between had slept as long by then
  // as it has now. One that did not will not wake either when the same comes again.
  bool as(const Sleeps& earlier, Picoseconds since, Picoseconds now) const {
    for (std::size_t d = 0; d < domains_.size(); ++d) {
      const Domain &before = earlier.domains_[d], &after = domains_[d];
      if (after.wakes == before.wakes) continue;
      if (slept(before, since) != slept(after, now)) return false;
    }
    return true;
  }
  // All since `earlier` came so much longer: those that woke in it went to sleep in its last repetition.
  void skip(const Sleeps& earlier, Picoseconds length) {
    for (std::size_t d = 0; d < domains_.size(); ++d) {
      Domain& domain = domains_[d];
      if (domain.wakes != earlier.domains_[d].wakes && domain.since >= Picoseconds()) domain.since += length;
    }
  }

 private:
  struct Domain {
    Picoseconds since{-1};  // -1: it has power
    std::int64_t wakes = 0;
  };
  static bool cut(power::PowerState s) { return s == power::PowerState::kOff || s == power::PowerState::kRetention; }
  static Picoseconds slept(const Domain& d, Picoseconds at) {
    return d.since < Picoseconds() ? Picoseconds(-1) : at - d.since;
  }
  std::vector<Domain> domains_;
};

}  // namespace subvolt::kernel
