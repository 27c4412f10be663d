// What a tiling of a layer with MACs costs, without generating its program.
//
// Two steps, because most candidates lose on the first: traffic() needs only products of counts;
// estimate() asks the array style for the cycles of each distinct tile shape.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/mapping/place/cost_model.h"
#include "sim/mapping/place/residency.h"

namespace subvolt::mapping {

// A pixel tiling of a layer.
struct PixelTiling {
  AxisTiling rows;
  AxisTiling columns;
};

// Everything the estimate needs to know of one tiling that fits.
struct FittedTiling {
  Tiling tiling;
  Residency residency;
  TileExtent extent;
  const PixelTiling* pixels = nullptr;
};

struct MacTraffic {
  std::int64_t input_bytes = 0;
  std::int64_t weight_bytes = 0;
  std::int64_t bias_bytes = 0;
  std::int64_t output_bytes = 0;
  std::int64_t commands = 0;  // at most: tiles that lie in the padding load nothing
};

struct MacEstimate {
  Figures figures;
  std::int64_t array_cycles = 0;
};

class MacEstimator {
 public:
  MacEstimator(const MacLayer& layer, const NpuCapabilities& npu) : layer_(layer), npu_(npu) {}
  MacTraffic traffic(const FittedTiling& fitted) const;
  // No tiling with this traffic can have smaller figures.
  Figures bound(const MacTraffic& traffic) const;
  // Why the style cannot run the tiles; empty when it can run all of them.
  std::string obstacle(const FittedTiling& fitted, const ArrayStyle& style) const;
  MacEstimate estimate(const FittedTiling& fitted, const MacTraffic& traffic, const ArrayStyle& style) const;

 private:
  std::int64_t off_chip_bytes(const MacTraffic& traffic) const;
  const MacLayer& layer_;
  const NpuCapabilities& npu_;
};

}  // namespace subvolt::mapping
