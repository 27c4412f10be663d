// How long a domain must have been idle before a policy may send it to a state.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/kernel/power_domain.h"
#include "sim/units/picoseconds.h"

namespace subvolt::hw {

// A state is to be entered only for idle times expected to be longer than its min_residency. A policy cannot
// see the future; it takes the idle time so far as the expected rest. Waiting for the break-even time before
// going down spends at most twice what a policy that knew the future would (Karlin et al., "Competitive
// randomized algorithms for nonuniform problems", Algorithmica 11, 1994, on the ski-rental problem). So the
// wait is the user's `after`, and never less than min_residency.
inline kernel::Descent descent_to(power::PowerState state, Time after, const kernel::PowerDomainSettings& domain) {
  return {std::max(picoseconds(after), domain.timing_of(state).min_residency), state};
}

}  // namespace subvolt::hw
