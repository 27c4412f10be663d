// Layers without MACs on the vector unit: how they are tiled and what commands that makes.
//
// Operands are loaded into the output buffer, where the vector unit reads and writes; a slot holds the operands
// and the results of one tile. Images follow one another.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/mapping/layer/mac_layer.h"
#include "sim/mapping/place/cost_model.h"
#include "sim/mapping/place/residency.h"
#include "sim/mapping/tile/finalists.h"
#include "sim/mapping/tile/vector_shape.h"

namespace subvolt::mapping {

struct VectorLayer : VectorShape {
  std::vector<OperandPlace> inputs;         // of each operand
  std::vector<std::int64_t> input_pitches;  // elements from one of its pixels to the next
  OperandPlace output;
  std::int64_t output_pitch = 0;
};

// Whether the rows of this tensor of the layer, which may lie apart, are the pixels that it goes by.
bool goes_by_pixels(const network::Network& network, std::size_t layer, network::TensorId tensor);

VectorLayer vector_layer(const network::Network& network, std::size_t layer, const Placement& placement,
                         const std::vector<MemoryRegion>& memories);

struct VectorChoice {
  TileSizes size;
  int slots = 1;
  std::int64_t input_bytes = 0;
  std::int64_t constant_bytes = 0;
  std::int64_t output_bytes = 0;
  Figures figures;
  std::int64_t candidates = 0;
};

// As search_mac_layer(): none when no tile fits; `shortage` then says what the smallest lacks.
Found<VectorChoice> search_vector_layer(const VectorLayer& layer, const NpuCapabilities& npu,
                                        const std::vector<Objective>& objectives, Reach reach, Shortage& shortage);
std::vector<Command> lower_vector_layer(const VectorLayer& layer, const VectorChoice& choice);

}  // namespace subvolt::mapping
