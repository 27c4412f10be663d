// The times of a Poisson process whose rate is constant between changes (P. Lewis and G. Shedler, "Simulation of
// nonhomogeneous Poisson processes", 1979: by inversion of the rate's integral).
#pragma once

#include "sim/scenario/value/profile.h"
#include "sim/scenario/value/random.h"

namespace subvolt::scenario {

class PoissonClock {
 public:
  PoissonClock(Profile rate, Random random, Nanoseconds from = 0)
      : rate_(std::move(rate)), random_(random), now_(from) {}
  // kNever: no more.
  Nanoseconds next();
  Random& random() { return random_; }

 private:
  Profile rate_;  // 1/s
  Random random_;
  Nanoseconds now_;
};

}  // namespace subvolt::scenario
