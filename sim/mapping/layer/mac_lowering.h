// The commands of a layer with MACs, from its tiling.
#pragma once

#include <vector>

#include "sim/mapping/place/residency.h"
#include "sim/mapping/program/command.h"

namespace subvolt::mapping {

std::vector<Command> lower_mac_layer(const MacLayer& layer, const Tiling& tiling, const Residency& residency,
                                     const ArrayStyle& style);

}  // namespace subvolt::mapping
