// The slowest clock on which a device works, for messages about clocks that are too slow.
#pragma once

#include <cstdint>

namespace subvolt::mem {

// Between `slow`, which does not fit, and `fastest`: one that fits and is at most a thousandth above one that does not,
// rounded up to three digits where that fits, too. 0: the fastest does not fit either.
template <class Fits>
std::int64_t slowest_clock(std::int64_t slow, std::int64_t fastest, const Fits& fits) {
  if (slow >= fastest || !fits(fastest)) return 0;
  std::int64_t low = slow, high = fastest;
  while (high - low > high / 1000 + 1) {
    const std::int64_t middle = low + (high - low) / 2;
    (fits(middle) ? high : low) = middle;
  }
  std::int64_t digit = 1;
  while (high / digit >= 1000) digit *= 10;
  const std::int64_t round = (high + digit - 1) / digit * digit;
  return round <= fastest && fits(round) ? round : high;
}

}  // namespace subvolt::mem
