// Input-stationary systolic array: inputs stay in the PEs, weights flow right, partial sums flow down.
//
// The machine of stationary.h: rows hold the reduction, columns one pixel each, and the N output channels move. The
// column buses come from the input buffer, the rows' address generators from the weight buffer.
//   a fold        at most R of the reduction by C pixels: F = groups x ceil(K / R) x ceil(P / C) of them
//   cycles        F (2R + C + N - 2); with overlap_folds R + (F - 1) max(N, R) + N + R + C - 2
//   depthwise     the multiplier moves: a fold streams it (mostly one vector) through an array that took R cycles to
//                 load. min(R / taps, C / pixels, channels) groups at once, block-diagonally; one with scale_sim
//   inputs        read once each; weights once per chunk of pixels
//   scale_sim     SCALE-Sim's `is`: S_r = reduction, S_c = pixels, T = filters
#pragma once

#include "models/hw/array_styles/stationary.h"

namespace subvolt::hw {

class InputStationary : public StationaryArray {
 public:
  explicit InputStationary(const ArrayGeometry& geometry) : StationaryArray(geometry, Held::kInputs) {}
  std::string name() const override { return "input_stationary"; }
};

}  // namespace subvolt::hw
