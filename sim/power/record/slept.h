// For how long a power domain had its rails cut when it wakes, as records tell it.
#pragma once

#include "sim/units/picoseconds.h"

namespace subvolt::power {

inline constexpr Picoseconds kSleepNotTold{-1};

// To six leading bits, so that a record has some hundred lengths of sleep at most however irregular its jobs are: off
// by 1.6 % at most, and what a rail that loses its charge exponentially has lost by 0.6 % of the whole charge.
inline Picoseconds rounded_sleep(Picoseconds slept) {
  constexpr std::int64_t kMost = 64;
  std::int64_t unit = 1;
  while (slept.value() / unit >= kMost) unit *= 2;
  return Picoseconds((slept.value() + unit / 2) / unit * unit);
}

}  // namespace subvolt::power
