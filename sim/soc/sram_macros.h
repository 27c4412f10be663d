// The SRAM of a structure, as far as the speed of clocks depends on it: before anything is elaborated, for clocks are
// what it is elaborated with.
#pragma once

#include <vector>

#include "sim/power/technology/sram_macro.h"
#include "sim/soc/structure.h"

namespace subvolt::soc {

// In the order of the instances.
std::vector<power::SramMacro> sram_macros(const Structure& structure);

}  // namespace subvolt::soc
