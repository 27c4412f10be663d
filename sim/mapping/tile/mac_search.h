// Tile sizes, loop order, buffering and dataflow of a layer with MACs, by search.
//
// Candidates do not depend on the buffers: a larger buffer only adds candidates that fit, so the best can only
// get better. Sizes are taken where the number of tiles changes, channels and
// reductions in multiples of what fills the array in a dataflow; less than one array-full is never considered. Of the
// reductions that fit a tile, the largest is taken: a smaller one moves the same bytes and more partial sums.
// A style that wants whole layers (ArrayStyle::whole_layers) has one candidate of sizes where that fits.
// Candidates are judged for all objectives, objective by objective in the order of their bounds, the most hopeful
// first, until a bound is above the best.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/mapping/tile/finalists.h"
#include "sim/mapping/tile/mac_estimate.h"

namespace subvolt::mapping {

struct MacChoice {
  Tiling tiling;
  Residency residency;
  const ArrayStyle* style = nullptr;
  MacTraffic traffic;
  MacEstimate estimate;
  std::int64_t candidates = 0;  // tilings that fit, times styles
};

// Pixel tile sizes: whole lines at every breakpoint, parts of lines at coarser ones. Largest first.
std::vector<PixelTiling> pixel_tilings(const Axis& rows, const Axis& columns);
std::vector<std::int64_t> channel_sizes(const MacLayer& layer, const Granularity& grain);
std::vector<std::int64_t> reduction_sizes(const MacLayer& layer, std::int64_t tile_channels, const Granularity& grain);

// The best for each objective, and some that are so near that only replay() tells which is better. None when no tiling
// fits; `shortage` then says what the closest one lacks.
Found<MacChoice> search_mac_layer(const MacLayer& layer, const NpuCapabilities& npu,
                                  const std::vector<Objective>& objectives, Reach reach, Shortage& shortage);

}  // namespace subvolt::mapping
