// What a design draws between inferences, and when it has come to that.
#pragma once

#include "sim/run/days/design_costs.h"

namespace subvolt::run {

// One inference of the first stream, and the same with a longer rest behind it.
struct Rest {
  Picoseconds step;        // T: the longest inference, and a gap in which the design comes to rest
  double settled_s = 0.0;  // that gap
  Spent two, three;        // one inference, ending at 2T and at 3T
  double power_W = 0.0;
};
// Time of the longest inference of any stream, which begins with all on.
double longest_s(SpacedRuns& runs);
// T is the first of gaps of 1 ms, 10 ms, ... behind which one T costs what the next one does. Throws
// Error(kConfiguration) where none is.
Rest rest_of(SpacedRuns& runs, double longest_s);

// A second inference of a stream, beyond rest. `one`: the first, ending at 3T.
scenario::NetworkCost second_of(SpacedRuns& runs, int stream, const Spent& one, const Rest& rest, bool keep_weights);

// Overrides of a power intent: a domain under another policy; the policy that goes to a state at once.
std::string policy_of(const std::string& domain, const std::string& policy);
std::string policy_to(power::PowerState state);

// The chip's modes from which it wakes up, at the design's operating point.
std::vector<scenario::RestMode> rest_modes(const DesignPoint& point, Power rest);

}  // namespace subvolt::run
