// Layers that move elements, by DMA alone: each piece is loaded into the output buffer and stored from there.
//
// A command moves up to two loops around a run, as much as a slot of the buffer holds; there are two slots, so that a
// load overlaps the store before. A value that pads is made once by the vector unit (one slot per byte) and stored
// wherever it is due.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/mapping/capabilities.h"
#include "sim/mapping/layer/mac_layer.h"
#include "sim/mapping/place/cost_model.h"
#include "sim/mapping/program/command.h"
#include "sim/mapping/tile/copies.h"

namespace subvolt::mapping {

// A copy whose ends are known.
struct PlacedCopy {
  Copy copy;
  OperandPlace source;  // no memory: a value that pads
  OperandPlace target;
};
// Without those that are not made because both ends are one place (Placement::joins).
std::vector<PlacedCopy> placed_copies(const network::Network& network, std::size_t layer, const Placement& placement,
                                      const std::vector<MemoryRegion>& memories);

// Whether the layer's copies go by the rows of this tensor of it, so that these may lie apart.
bool moves_between_rows(const network::Network& network, std::size_t layer, network::TensorId tensor);

struct MoveProgram {
  std::vector<Command> commands;
  std::int64_t input_bytes = 0, constant_bytes = 0, output_bytes = 0;
  Figures figures;
};
MoveProgram lower_move_layer(const std::vector<PlacedCopy>& copies, const NpuCapabilities& npu);

}  // namespace subvolt::mapping
