// The operating points of a study: those that were asked for, or the whole range of the scaled rail.
#pragma once

#include <string>
#include <vector>

#include "sim/run/dvfs/rails.h"

namespace subvolt::run {

struct StudiedPoint {
  std::string text;  // as --opp takes it
  power::OperatingPoint point;
  Outcome run;             // the design's own jobs once
  std::string why_not;  // it does not work there; empty: it does, and the rest holds
  bool works() const { return why_not.empty(); }
};

// More are a mistake: each costs a simulation.
inline constexpr std::size_t kMostStudied = 1000;

// Each of `asked` is an operating point as --opp takes it, or a range of the scaled rail such as 0.4V..0.9V:20, which
// may be followed by clocks: 0.4V..0.9V:20,50MHz. `..` alone, or `..,50MHz`, are multiples of 50 mV over all that the
// devices on the scaled rail and its own limits allow, with both ends. None asked: `..` and the design's own point;
// without a scaled rail the named points of the power intent. Throws Error(kConfiguration) for what is neither, with
// the text.
std::vector<std::string> studied_points(const std::vector<std::string>& asked, const DesignPoint& design);

// By voltage and clock, the same point once, each with its run; those that cannot be last. `slow_clocks`: before the
// first that works, the same with an eighth, a quarter and a half of its scaled clock.
std::vector<StudiedPoint> run_points(Player& player, const std::vector<std::string>& texts, bool slow_clocks);

}  // namespace subvolt::run
