#include "sim/scenario/supply/draining.h"

#include <algorithm>

namespace subvolt::scenario {

double DrainingState::empty_after(double i, double at_most) const {
  if (spent(i, at_most) < 1.0) return at_most;
  double good = 0.0, bad = at_most;
  for (int n = 0; n < 200 && bad - good > 1e-15 * bad; ++n) {
    const double middle = 0.5 * (good + bad);
    (spent(i, middle) < 1.0 ? good : bad) = middle;
  }
  return good;
}

Time DrainingState::draw(const Load& load, Time time) {
  const double i = current(load).si();
  const double t = empty_after(i, time.si());
  advance(i, t);
  delivered_ += i * t;
  return Time::from_si(t);
}

Time DrainingState::lasts(const LoadMix& mix) const {
  const double i = current(mean(mix)).si();
  if (i <= 0.0) return kLongest;
  // Nothing outlives its capacity by much: look no further, so that the search is a fine one.
  double most = 1.0;
  while (most < kLongest.si() && spent(i, most) < 1.0) most *= 2.0;
  return Time::from_si(empty_after(i, std::min(most, kLongest.si())));
}

}  // namespace subvolt::scenario
