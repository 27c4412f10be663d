// Ways to do one inference per period, and what a period costs in each: simulated, idle time and its way up included.
//
//   fixed      the design's own operating point
//   race       the fastest of the studied clocks, then idle
//   pace       the slowest that still ends in time, between two studied clocks too
//   two_level  the layers up to one of them at a clock above pace, the rest at one below
//   per_layer  each layer at a clock of its own, as dynamic programming chooses them from energies and times of layers,
//              changes of the operating point included
//   least      the cheapest of all that was tried with one point, each clock on the chip up to its f_max and down as
//   well
//
// All but `fixed` give each rail on the chip the lowest voltage that the clocks need (Rails). Clocks of parts off the
// chip stay: their interfaces are trained for them.
//
// Race or pace, at equal work per period: pace saves what a lower voltage saves, S, and is awake longer by dt. With
// P = (E(pace's clocks) - E(race's clocks)) / dt at race's voltages, the power that being awake costs above being idle,
// race is cheaper where P > S / dt. Both are measured on simulated periods.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/run/dvfs/idle.h"
#include "sim/run/dvfs/points.h"

namespace subvolt::run {

enum class WayKind { kFixed, kRace, kPace, kTwoLevel, kPerLayer, kLeast };

struct Way {
  WayKind kind = WayKind::kFixed;
  std::vector<power::OperatingPoint> points;  // one, or those that its layers run at
  std::vector<std::int32_t> layers;           // by layer: index into them; empty: one point for all
  Outcome work;                               // of a period
  std::string why_not;                        // there is none; empty: there is
};

// Clocks that one point for all layers was tried at.
struct Combinations {
  std::int64_t tried = 0;
  std::int64_t impossible = 0;  // no voltage is enough
  std::int64_t late = 0;        // an inference does not end in time
};

struct AwakePower {
  Power own;         // what the design draws awake above what it draws idle, at race's voltages
  Power break_even;  // above this racing pays
};

struct Frames {
  Idle idle = Idle::kAsWritten;
  std::vector<std::string> sets;               // overrides of the power intent, as --set takes them
  std::string why_not;                         // the program refuses them; empty: it does not
  std::vector<std::optional<Outcome>> points;  // by studied point; none: it does not end in time or does not work
  std::vector<Way> ways;                       // by WayKind
  Combinations combinations;                   // for all ways of one point
  std::optional<AwakePower> awake;             // none: race and pace are the same point
};

// `player`: of the design with these policies. `studied`: some of which work; `own`: the design's operating point.
Frames frames_of(Player& player, const std::vector<StudiedPoint>& studied, const power::OperatingPoint& own,
                 Picoseconds period);

}  // namespace subvolt::run

namespace subvolt::config {
template <>
struct EnumNames<run::WayKind> {
  static const std::vector<std::pair<run::WayKind, std::string>>& names();
};
}  // namespace subvolt::config
