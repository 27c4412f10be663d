// A layer without MACs as the vector unit sees it: an operator that slides over lines, columns and channels of an
// image, once per image. Everything but where the data live.
//
// Element-wise operators are windows of 1x1; operands with sizes of 1 stretch. A reduction over neighbouring dimensions
// is a pool whose window is all of them. What works on vectors needs them whole, and along the last dimensions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/mapping/tile/axis.h"
#include "sim/mapping/tile/vector_timing.h"
#include "sim/network/network.h"

namespace subvolt::mapping {

struct VectorShape {
  struct Operand {
    bool constant = false;                              // else an input
    std::size_t index = 0;                              // among the layer's inputs or constants
    bool rows = true, columns = true, channels = true;  // varies along these; else it stretches
  };
  VectorOperator op = VectorOperator::kAdd;
  bool lookup = false;  // a fused activation that is no clamp
  Axis rows;
  Axis columns;
  std::int64_t channels = 1;
  std::int64_t images = 1;
  std::int64_t taps = 1;
  bool whole_channels = false;
  std::vector<Operand> operands;
};

// Nothing for layers that the vector unit cannot run; `why` then says what is in the way. Element types are not looked
// at, but for constants.
std::optional<VectorShape> vector_shape(const network::Network& network, std::size_t layer, std::string& why);

}  // namespace subvolt::mapping
