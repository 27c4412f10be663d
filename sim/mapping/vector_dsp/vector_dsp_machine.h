// A cluster of cores with instructions of several products, as the planner, the simulated component and the tests see
// it. Times are cycles of its clock.
//
// What it does with a layer is told in models/hw/vector_dsp/vector_dsp.h.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/mapping/tile/format.h"

namespace subvolt::mapping {

struct VectorDspMachine {
  std::int64_t cores = 8;
  std::int64_t word = 4;  // bytes of a load
  // Products of one instruction by type of the operands: its type table.
  std::vector<std::pair<network::ElementType, std::int64_t>> lanes;
  std::int64_t pixels = 2, kernels = 4;  // outputs that a core has in its registers at a time
  bool dual = false;                     // a load and a product in the same cycle
  std::int64_t start = 200;              // of a tile: the cores are called and meet again
  std::int64_t block = 10;               // of each block of outputs, before its first product
  std::int64_t result = 19;              // of each output: rescaled, clamped, stored
  std::int64_t gather = 2;               // of each word that is copied into a window

  // 0: it has no such type.
  std::int64_t lanes_of(network::ElementType type) const {
    for (const auto& [name, n] : lanes) {
      if (name == type) return n;
    }
    return 0;
  }
  std::int64_t most_lanes() const {
    std::int64_t most = 1;
    for (const auto& [name, n] : lanes) most = std::max(most, n);
    return most;
  }
  std::int64_t most_macs_per_cycle() const { return cores * most_lanes(); }
};

// The type in which products of the two are formed: int8 for all that has no more bits, the wider one else.
inline network::ElementType dsp_type(Format a, Format b) {
  using network::ElementType;
  const Format wide = a.bits() >= b.bits() ? a : b;
  if (network::is_float(a.type) || network::is_float(b.type)) return network::is_float(wide.type) ? wide.type : a.type;
  return wide.bits() <= 8 ? ElementType::kInt8 : wide.bits() <= 16 ? ElementType::kInt16 : ElementType::kInt32;
}

}  // namespace subvolt::mapping
