// Recurrent layers on the NPU: per step, matrix times vector on the array and the cell on the vector unit.
//
//   step    the sums of all gates, chunk of units by chunk: input part, then state part onto the same partial sums (the
//           compiler gives both one scale); the candidate of a gru keeps them apart. The cell makes new states of the
//           sums. With a projection, the cell's outputs go through a further matrix.
//   state   the hidden state goes through memory: what the vector unit stored is loaded as the next step's operand. The
//           cells of an lstm stay in the output buffer and are stored at the end.
//   weights stay in the weight buffer for all steps when they fit, with the biases; else they are loaded chunk by chunk
//           in each step, which is what such layers cost.
//
//   input buffer   2 inputs + 2 hidden states + cells' outputs with a projection
//   weight buffer  all weights and biases, or 2 x those of a chunk
//   output buffer  2 x partial sums of a chunk + cells of all units (gru: their state)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/mapping/capabilities.h"
#include "sim/mapping/layer/mac_layer.h"
#include "sim/mapping/layer/recurrent_state.h"
#include "sim/mapping/program/command.h"

namespace subvolt::mapping {

struct RecurrentLayer {
  VectorOperator cell = VectorOperator::kLstmCell;
  std::int64_t steps = 1, features = 1, units = 1, width = 1;  // width: of the output
  std::int64_t gates = 4;                                      // weight matrices per unit
  std::int64_t sums = 4;                                       // partial sums per unit
  std::int64_t projection = 0;                                 // 0: none
  bool last_only = false;
  std::int64_t bias_bytes = 0;      // per unit, of all gates
  std::int64_t peephole_bytes = 0;  // per unit
  RecurrentState state;
  Format element, weight;       // of activations and hidden states, of all weight matrices
  std::int64_t kept_bytes = 0;  // in the output buffer from step to step: cells, or the state that a gru's cell reads
  // Chosen from the buffers.
  std::int64_t chunk = 1;             // units at once
  std::int64_t projection_chunk = 0;  // outputs at once
  bool weights_stay = false;
  // Where the operands live; filled in by place_recurrent_layer().
  OperandPlace input, output, weights, recurrent, projections, biases, peepholes, states;

  std::int64_t unit_bytes() const { return weight.bytes(gates * (features + width)) + bias_bytes + peephole_bytes; }
};

// Nothing for layers that the NPU cannot run; `why` then says what is in the way.
std::optional<RecurrentLayer> recurrent_layer(const network::Network& network, std::size_t layer,
                                              const NpuCapabilities& npu, std::string& why);
void place_recurrent_layer(RecurrentLayer& layer, const network::Network& network, std::size_t index,
                           const Placement& placement, const std::vector<MemoryRegion>& memories);
// The dataflow that runs the tile fastest; nullptr: none can.
const ArrayStyle* fastest_style(const NpuCapabilities& npu, const Tile& tile);
std::vector<Command> lower_recurrent_layer(const RecurrentLayer& layer, const NpuCapabilities& npu);

}  // namespace subvolt::mapping
