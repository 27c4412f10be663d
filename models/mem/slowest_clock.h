// The slowest clock on which a device works, for messages about clocks that are too slow.
#pragma once

#include "sim/units/hertz.h"

namespace subvolt::mem {

// Between `slow`, which does not fit, and `fastest`: one that fits and is at most a thousandth above one that does not,
// rounded up to three digits where that fits, too. 0: the fastest does not fit either.
template <class Fits>
Hertz slowest_clock(Hertz slow, Hertz fastest, const Fits& fits) {
  if (slow >= fastest || !fits(fastest)) return {};
  Hertz low = slow, high = fastest;
  while (high - low > high / 1000 + Hertz(1)) {
    const Hertz middle = low + (high - low) / 2;
    (fits(middle) ? high : low) = middle;
  }
  Hertz digit{1};
  while (high / digit >= 1000) digit = digit * 10;
  const Hertz round = ceil_div(high, digit) * digit;
  return round <= fastest && fits(round) ? round : high;
}

}  // namespace subvolt::mem
