// The commands of a layer on a block engine.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "sim/mapping/block_engine/block_engine_planner.h"

namespace subvolt::mapping {

// Block by block, slice by slice of weights, image by image: the loads of its inputs, the block, the stores of its
// results; before a slice, or a block where weights do not pass the weight buffer, their load. `own` tells which layers
// of the network the engine runs. The mapping has its bytes and repetitions.
LayerPlan block_program(const network::Network& network, std::size_t layer, const Placement& placement,
                        const std::vector<MemoryRegion>& memories, const BlockEngineCapabilities& engine,
                        const BlockWork& work, const BlockChoice& choice, const WeightPlan& weights,
                        const std::function<bool(std::size_t layer)>& own);

}  // namespace subvolt::mapping
