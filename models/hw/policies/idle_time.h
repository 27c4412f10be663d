// How long a domain must have been idle before a policy may send it to a state.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/kernel/power_domain.h"

namespace subvolt::hw {

// A state is to be entered only for idle times expected to be longer than its min_residency. A policy cannot
// see the future; it takes the idle time so far as the expected rest. Waiting for the break-even time before
// going down spends at most twice what a policy that knew the future would (Karlin et al., "Competitive
// randomized algorithms for nonuniform problems", Algorithmica 11, 1994, on the ski-rental problem). So the
// wait is the user's `after`, and never less than min_residency.
inline std::int64_t wait_before(power::PowerState state, const kernel::PowerDomainSettings& domain) {
  return std::max(domain.policy_after_ps, domain.timing_of(state).min_residency_ps);
}

}  // namespace subvolt::hw
