// A number that changes at given times and is constant between: a constant, a weekly schedule, a series from a file.
#pragma once

#include <utility>
#include <vector>

#include "sim/scenario/value/clock.h"

namespace subvolt::scenario {

class Profile {
 public:
  using Step = std::pair<Nanoseconds, double>;  // from when on, which value
  explicit Profile(double constant = 0.0) : steps_{{0, constant}} {}
  // Steps of a week in order, the first at 0; the scenario begins at `begin` in it.
  static Profile weekly(std::vector<Step> steps, Nanoseconds begin);
  // Steps since the scenario's begin in order, the first at 0; the last value holds on, or all is repeated after
  // `period` (0: never).
  static Profile series(std::vector<Step> steps, Nanoseconds period = 0);

  bool is_constant() const { return steps_.size() == 1; }
  double at(Nanoseconds t) const { return steps_[index(t)].second; }
  // The first time after `t` at which another step begins; kNever.
  Nanoseconds next_change(Nanoseconds t) const;
  // Mean over [from, to).
  double mean(Nanoseconds from, Nanoseconds to) const;
  double highest() const;
  Profile scaled(double factor) const;

 private:
  std::size_t index(Nanoseconds t) const;
  Nanoseconds phase(Nanoseconds t) const { return period_ > 0 ? (t + offset_) % period_ : t; }
  std::vector<Step> steps_;
  Nanoseconds period_ = 0, offset_ = 0;
};

}  // namespace subvolt::scenario
