#include "sim/scenario/arrival/poisson_clock.h"

namespace subvolt::scenario {

Nanoseconds PoissonClock::next() {
  double left = random_.exponential(1.0);  // of the integral of the rate
  Nanoseconds at = now_;
  for (int idle = 0; idle < 64;) {  // more changes than a week has without any rate: it has none
    const double rate = rate_.at(at);
    const Nanoseconds until = rate_.next_change(at);
    const double most = rate > 0.0 ? left / rate * 1e9 : 9e18;
    if (until == kNever ? most < 9e18 : most < static_cast<double>(until - at)) {
      now_ = at + static_cast<Nanoseconds>(most);
      return now_;
    }
    if (until == kNever) return kNever;
    left -= rate * seconds(until - at);
    if (left < 0.0) left = 0.0;  // rounding
    idle = rate > 0.0 ? 0 : idle + 1;
    at = until;
  }
  return kNever;
}

}  // namespace subvolt::scenario
