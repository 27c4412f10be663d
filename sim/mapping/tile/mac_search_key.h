// All that a search for a layer's tiling depends on: layers with equal keys have the same best tiling.
//
// Where operands lie is in it as far as memories care: at which bytes of their words, in which of their parts. How
// often the layer is repeated is not. Who reads something else of a layer in the search, its estimate or its residency
// adds it here.
#pragma once

#include <cstdint>

#include "sim/mapping/layer/mac_layer.h"

namespace subvolt::mapping {

struct MacSearchKey {
  struct Operand {
    Format format;
    // Of its memory.
    double read_cost_per_byte = 0.0, write_cost_per_byte = 0.0;
    Path path;
    bool off_chip = false;
    bool with_output = false;  // in the memory that the results go to
    std::int64_t into_word = 0;
    std::int64_t first_part = 0, last_part = 0;  // stripes of its memory, from the first of the layer's results on
    friend bool operator==(const Operand& a, const Operand& b);
  };
  Axis rows, columns;
  std::int64_t taps = 1, groups = 1, inputs_per_group = 1, outputs_per_group = 1, macs = 0;
  bool bias = false, lookup = false;
  std::int64_t input_pitch = 0, output_pitch = 0, output_step = 1;
  MacLayer::Matrix matrix;
  Operand input, weights, output;
  Format biases, sums;
  Objective objective = Objective::kEnergy;

  MacSearchKey(const MacLayer& layer, Objective objective);
  friend bool operator==(const MacSearchKey& a, const MacSearchKey& b);
};

}  // namespace subvolt::mapping
