// Periods of one operating point for all layers, each clock at the lowest voltages that it needs. Internal.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/run/dvfs/rails.h"
#include "sim/run/dvfs/ways.h"

namespace subvolt::run {

struct Tried {
  power::OperatingPoint point;
  Outcome work;
};

class SinglePoints {
 public:
  SinglePoints(Player& player, const power::OperatingPoint& own, Picoseconds period);

  // Of these clocks; nullptr: they cannot be, or an inference does not end in time.
  const Tried* at(const Clocks& clocks);
  // Likewise, if only because it is too slow.
  const Tried* at_any_pace(const Clocks& clocks);
  // The slowest scaled clock that is in time between one that is not and one that is.
  const Tried* pace_between(const Clocks& slow, const Clocks& fast);
  // The cheapest of all that was tried, after each clock on the chip has been tried, the others as in the cheapest so
  // far, at what it may run at most and at halves of it down to where an inference does not end in time; then closer
  // around the cheapest.
  const Tried* least();
  Combinations combinations() const;

  const Rails& rails() const { return rails_; }
  Frequency scaled(const Clocks& clocks) const;
  Pattern pattern() const { return pattern_; }

 private:
  const Tried* cheapest() const;
  const Tried* with(const Tried& others, const std::string& clock, double hertz);
  void try_halves(const Tried& others);
  void try_beside(const Tried& others, double factor);

  Player& player_;
  Rails rails_;
  Pattern pattern_;
  std::map<std::vector<double>, std::optional<Tried>> known_;
};

}  // namespace subvolt::run
