// Which voltages a set of clocks needs: every rail on the chip that is free to move, as low as its clocks allow.
//
// At given clocks less voltage is less energy on every rail: switching follows V^2, leakage falls, and the loss of an
// LDO falls less than its load does. So the least energy at given clocks is that of the least voltages, and the search
// for it is one bisection per rail.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/run/dvfs/player.h"

namespace subvolt::run {

using Clocks = std::vector<std::pair<std::string, Frequency>>;  // every clock domain

class Rails {
 public:
  // Voltages and clocks that nobody moves are those of `own`, the design's operating point.
  Rails(const Player& player, const power::OperatingPoint& own);

  // Rails that can move, the scaled one first: on the chip, and following no other one.
  const std::vector<std::string>& free() const { return free_; }
  // Clocks that can be slower than they are: none that belongs to a part off the chip.
  const std::vector<std::string>& free_clocks() const { return free_clocks_; }

  // What a clock may run at where all free rails are as high as they may be; nullopt: they cannot be so all together.
  std::optional<Frequency> fastest(const std::string& clock) const;

  // The own point with these clocks and with that voltage of one rail.
  std::optional<power::OperatingPoint> with(const Clocks& clocks, const std::string& rail, Voltage v) const;
  // The same with one rail as low as these clocks allow, to 0.1 mV, in as many cycles of an access to each memory as
  // at the highest voltage; nullopt: no voltage is enough.
  std::optional<power::OperatingPoint> lowest(const Clocks& clocks, const std::string& rail) const;
  // And with all free rails so.
  std::optional<power::OperatingPoint> lowest(const Clocks& clocks) const;
  // At the voltages of `like`.
  std::optional<power::OperatingPoint> at_voltages(const Clocks& clocks, const power::OperatingPoint& like) const;
  Clocks clocks_of(const power::OperatingPoint& point) const { return point.frequencies; }
  std::pair<Voltage, Voltage> range(const std::string& rail) const;

 private:
  using Voltages = std::vector<std::pair<std::string, Voltage>>;
  std::optional<power::OperatingPoint> resolved(const Clocks& clocks, const Voltages& voltages) const;
  std::optional<Voltage> least(const Clocks& clocks, Voltages voltages, std::size_t moved) const;
  Voltages own_voltages(const power::OperatingPoint& point) const;

  const Player& player_;
  power::OperatingPoint own_;
  std::vector<std::string> free_, free_clocks_;
};

}  // namespace subvolt::run
