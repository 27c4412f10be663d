// What a regulator's schema cannot tell key by key. Internal.
#pragma once

#include "sim/config/diagnostics.h"
#include "sim/power/supply/regulator.h"

namespace subvolt::power {

void check_regulator(const Regulator& regulator, const config::Node& node, config::Diagnostics& diagnostics);
// That one which needs its input voltage has it.
void check_input(const Regulator& regulator, const config::Node& node, config::Diagnostics& diagnostics);

}  // namespace subvolt::power
