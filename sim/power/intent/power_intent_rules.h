// What the schema types of a power intent cannot express. Internal.
#pragma once

#include "sim/config/diagnostics.h"
#include "sim/power/intent/power_intent.h"

namespace subvolt::power {

void check_transition(const RailTransition& transition, const config::Node& node, config::Diagnostics& diagnostics);
void check_state(const StateIntent& state, const config::Node& node, config::Diagnostics& diagnostics);
void check_power_domain(const PowerDomain& domain, const config::Node& node, config::Diagnostics& diagnostics);
// References between domains: every name known, no domain that tracks itself, no component in two domains.
void check_power_intent(const PowerIntent& intent, const config::Node& node, config::Diagnostics& diagnostics);

}  // namespace subvolt::power
