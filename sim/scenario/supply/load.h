// What is drawn from a source at a moment: some of it at constant power (through a converter), some at constant current
// (straight, or through a linear regulator).
#pragma once

#include <vector>

#include "sim/units/quantity.h"

namespace subvolt::scenario {

struct Load {
  Power power;
  Current current;
  Load& operator+=(const Load& o) {
    power += o.power;
    current += o.current;
    return *this;
  }
  friend Load operator+(Load a, const Load& b) { return a += b; }
  friend Load operator*(double k, const Load& a) { return {k * a.power, k * a.current}; }
  friend bool operator==(const Load& a, const Load& b) { return a.power == b.power && a.current == b.current; }
};

// Loads and how much of the time each is drawn; shares sum to 1.
struct LoadShare {
  Load load;
  double share = 0.0;
};
using LoadMix = std::vector<LoadShare>;

inline Load mean(const LoadMix& mix) {
  Load sum;
  for (const LoadShare& part : mix) sum += part.share * part.load;
  return sum;
}

}  // namespace subvolt::scenario
