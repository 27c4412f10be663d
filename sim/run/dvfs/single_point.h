// Periods of one operating point for all layers, each clock at the lowest voltages that it needs. Internal.
#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "sim/run/dvfs/rails.h"

namespace subvolt::run {

struct Tried {
  power::OperatingPoint point;
  Outcome work;
};

class SinglePoints {
 public:
  SinglePoints(Player& player, const power::OperatingPoint& own, std::int64_t period_ps);

  // Of these clocks; nullptr: they cannot be, or an inference does not end in time.
  const Tried* at(const Clocks& clocks);
  // Likewise, if only because it is too slow.
  const Tried* at_any_pace(const Clocks& clocks);
  // The slowest scaled clock that is in time between one that is not and one that is.
  const Tried* pace_between(const Clocks& slow, const Clocks& fast);
  // The cheapest of all that was tried, after other clocks have been tried at a quarter, a half and twice what they
  // are.
  const Tried* least();

  const Rails& rails() const { return rails_; }
  Frequency scaled(const Clocks& clocks) const;
  Pattern pattern() const { return pattern_; }

 private:
  const Tried* cheapest() const;

  Player& player_;
  Rails rails_;
  Pattern pattern_;
  std::map<std::vector<double>, std::optional<Tried>> known_;
};

}  // namespace subvolt::run
