// Layers that follow each other on one accelerator, so that the next one begins under the one before: which of its
// commands wait for how many of the other's.
//
//   loads   of what the layer before writes: for the store that writes it; of all else: at once, where the buffer has
//           room beside all that the layer before may hold there, else until it lets go of the buffer
//   compute until the layer before lets go of the output buffer, unless there is room for the sums
//   stores  over what the layer before reads or writes: for those loads and stores
// Loads of constants come first in the layer: they wait for nobody's results.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/mapping/capabilities.h"
#include "sim/mapping/program/command.h"

namespace subvolt::mapping {

// Fills in `follows` and `after_previous` of the layers [first, end) that run on the accelerator, each behind the one
// before it.
void chain_layers(Program& program, std::int32_t first, std::int32_t end, const NpuCapabilities& npu);

}  // namespace subvolt::mapping
