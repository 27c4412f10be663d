// SVDF layers on the NPU: two products on the array, with a history that goes through memory in between.
//
//   features   one product per unit with its filter over features; requantised, it is the newest step of the unit's
//              history and is stored there
//   time       each unit's history times its filter over time, `rank` units summed: a window of `memory` lines over an
//              image of one column, whose channels are units and whose groups are the outputs
//   history    int8, [memory][units] in memory, a ring of steps: the newest takes the place of the oldest, nothing is
//              shifted. Which place that is depends on how many runs there were; the program stands for all with the
//              first. The compiler keeps the filters over time for each place of the ring apart only in their order,
//              so their bytes and time are the same.
//
// Chunk of units by chunk; weights of a chunk are loaded once for all sequences of a batch.
//
//   input buffer   2 inputs + 2 histories of a chunk
//   weight buffer  2 x weights and biases of a chunk
//   output buffer  2 x partial sums of both products of a chunk
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/mapping/capabilities.h"
#include "sim/mapping/layer/mac_layer.h"
#include "sim/mapping/program/command.h"

namespace subvolt::mapping {

struct SvdfLayer {
  std::int64_t batches = 1, features = 1, units = 1, memory = 1, rank = 1;
  std::int64_t bias_bytes = 0;  // per output
  bool lookup = false;          // a fused activation that is no clamp
  Format element, weight, time_weight;
  std::int64_t chunk = 1;  // units at once, a multiple of the rank; chosen from the buffers
  // Where the operands live; filled in by place_svdf_layer().
  OperandPlace input, output, weights, time_weights, biases, history;

  Tile feature_tile(std::int64_t chunk_units) const;
  Tile time_tile(std::int64_t chunk_units) const;
};

// Nothing for layers that the NPU cannot run; `why` then says what is in the way.
std::optional<SvdfLayer> svdf_layer(const network::Network& network, std::size_t layer, const NpuCapabilities& npu,
                                    std::string& why);
void place_svdf_layer(SvdfLayer& layer, const network::Network& network, std::size_t index, const Placement& placement,
                      const std::vector<MemoryRegion>& memories);
std::vector<Command> lower_svdf_layer(const SvdfLayer& layer, const NpuCapabilities& npu);

}  // namespace subvolt::mapping
