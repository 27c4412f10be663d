// Weight-stationary systolic array: weights stay in the PEs, inputs flow right, partial sums flow down.
//
// The machine of stationary.h: rows hold the reduction, columns one output channel each, and the P pixels move. The
// column buses come from the weight buffer, the rows' address generators from the input buffer.
//   a fold        at most R of the reduction by C channels; F of them
//   cycles        F (2R + C + P - 2); with overlap_folds R + (F - 1) max(P, R) + P + R + C - 2
//   depthwise     min(R / taps, C / multiplier, channels) groups at once, block-diagonally; one with scale_sim
//   weights       read once each; inputs once per chunk of channels
//   scale_sim     SCALE-Sim's `ws`: S_r = reduction, S_c = filters, T = pixels
#pragma once

#include "models/hw/array_styles/stationary.h"

namespace subvolt::hw {

class WeightStationary : public StationaryArray {
 public:
  explicit WeightStationary(const ArrayGeometry& geometry) : StationaryArray(geometry, Held::kWeights) {}
  std::string name() const override { return "weight_stationary"; }
};

}  // namespace subvolt::hw
