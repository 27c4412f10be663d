// How long a layer takes on a block engine by itself, following its program (block_program.h) as the component does,
// and its transfers to memory and back burst by burst (follow/followed_link.h).
//
// What it does not know is what BurstWays does not, and the layer before, under which first slices of weights may come
// (barrier: accelerator).
#pragma once

#include <cstdint>
#include <vector>

#include "sim/mapping/block_engine/block_engine_planner.h"

namespace subvolt::mapping {

std::int64_t block_timeline(const std::vector<Command>& commands, const BlockEngineCapabilities& engine,
                            const std::vector<MemoryRegion>& memories);

}  // namespace subvolt::mapping
