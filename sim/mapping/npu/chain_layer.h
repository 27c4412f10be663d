// Layers that follow each other on one accelerator, so that the next one begins under the one before: which of its
// commands wait for how many of the other's.
//
//   loads   of what the layer before writes: for the store that writes it; of all else: at once, where the buffer has
//           room beside all that the layer before may hold there, else until it lets go of the buffer
//   compute until the layer before lets go of the output buffer, unless there is room for the sums
//   stores  over what the layer before reads or writes: for those loads and stores
// Loads of constants come first in the layer: they wait for nobody's results.
#pragma once

#include "sim/mapping/capabilities.h"
#include "sim/mapping/program/command.h"

namespace subvolt::mapping {

// Of a tiled NPU: fills in `after_previous` of the layer behind the one before it on the same accelerator, if there is
// one.
void chain_layer(const LayerProgram* before, LayerProgram& layer, const NpuCapabilities& npu);

}  // namespace subvolt::mapping
