// What a tiling of a layer with MACs costs, without generating its program.
//
// In two steps, because most candidates lose on the first: traffic() needs only products of counts; estimate() looks at
// each distinct tile shape (mac_tiles.h).
#pragma once

#include <cstdint>
#include <string>

#include "sim/mapping/tile/mac_tiles.h"

namespace subvolt::mapping {

class MacEstimator {
 public:
  MacEstimator(const MacLayer& layer, const NpuCapabilities& npu);
  MacTraffic traffic(const FittedTiling& fitted) const;
  // No tiling with this traffic can have smaller figures.
  Figures bound(const MacTraffic& traffic) const;
  // Whether the style can run any tile: it can run the whole layer as one.
  bool runs_all(const ArrayStyle& style) const;
  // Why the style cannot run the tiles; empty when it can run all of them.
  std::string obstacle(const FittedTiling& fitted, const ArrayStyle& style) const;
  MacEstimate estimate(const FittedTiling& fitted, const MacTraffic& traffic, const ArrayStyle& style) const;

 private:
  std::int64_t off_chip_bytes(const MacTraffic& traffic) const;
  const MacLayer& layer_;
  const NpuCapabilities& npu_;
  std::int64_t least_cycles_ = 0;  // of the array and of the vector unit, whatever the tiling
  std::int64_t least_buffer_bytes_ = 0;
};

}  // namespace subvolt::mapping
