// A network as a pipeline over its inferences: a stretch of layers for each of several accelerators, so that the
// slowest stretch is as fast as can be.
#pragma once

#include <cstdint>
#include <vector>

namespace subvolt::mapping {

// A layer that no stage's accelerator runs better than another: the host's, or a view.
inline constexpr std::int64_t kNoTime = 0;
// Of a layer that an accelerator cannot run and another can.
inline constexpr std::int64_t kCannot = -1;

struct Stages {
  std::vector<int> accelerators;  // by stage, in the order of the layers; accelerators may go without
  std::vector<int> stage;         // by layer
  std::int64_t slowest = 0;       // cycles
};

// `cycles[a][l]`: of layer l on accelerator a, from 0, or kCannot. The best over all orders of up to six accelerators,
// of more over that in which they are given; of equal ones the one with the fewest stages, then the first. A layer that
// an accelerator cannot run keeps its stretch from it; empty when no cut avoids that.
Stages best_stages(const std::vector<std::vector<std::int64_t>>& cycles);

}  // namespace subvolt::mapping
