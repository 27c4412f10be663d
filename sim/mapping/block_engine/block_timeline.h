// How long a layer takes on a block engine, following its commands: stages and transfers as the component has them,
// each transfer as if alone on its way to memory.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/mapping/block_engine/block_engine_planner.h"
#include "sim/mapping/path.h"

namespace subvolt::mapping {

struct BlockLanes {
  Lane input, weights, output;
  std::int64_t burst = 256, weight_burst = 4096;  // bytes
  std::int64_t port = 8;                          // bytes a cycle of each of the engine's ways
};

// `slack`: cycles before the layer's first in which its first slices come.
std::int64_t block_timeline(const std::vector<Command>& commands, const BlockLanes& lanes, std::int64_t slack);

}  // namespace subvolt::mapping
