// How long commands take of an engine with an L1 and a DMA that work side by side.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/mapping/follow/second_look.h"
#include "sim/mapping/l1/l1_tiling.h"

namespace subvolt::mapping {

// The memory that a block lies in.
const MemoryRegion& region_of(const std::vector<MemoryRegion>& memories, const Block& block);

// Cycles of the engine for a command.
using L1Cycles = std::function<std::int64_t(const Compute&)>;

// As followed (follow/replay.h).
std::int64_t l1_cycles(const L1Memory& own, const std::vector<MemoryRegion>& memories,
                       const std::vector<Command>& commands, const L1Cycles& cycles);
// Bytes of the commands by operand, and cycles of the engine.
void add_up_l1(const std::vector<Command>& commands, const L1Cycles& cycles, LayerMapping& mapping);

// Lowers a layer at the places that it is told.
using L1Lower = std::function<std::vector<Command>(MacLayer, const L1Tiling&)>;

// The best of the tilings that fit, as they are when they are followed; nothing: none fits.
std::optional<L1Tiling> best_l1_tiling(const L1Layer& layer, const L1Memory& own, const SecondLook& look,
                                       const std::vector<MemoryRegion>& memories, const L1Cycles& cycles,
                                       const L1Lower& lower);

// Commands of all images of a layer, and what the mapping says of them but for `how`.
LayerPlan plan_l1_layer(const MacLayer& places, const L1Tiling& tiling, const L1Memory& own, bool compute_only,
                        const std::vector<MemoryRegion>& memories, const L1Cycles& cycles, const L1Lower& lower);

}  // namespace subvolt::mapping
