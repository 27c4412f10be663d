// Layers without MACs on the vector unit: pools, residual additions, activations and softmax.
//
// Operands are loaded into the output buffer, where the vector unit reads and writes; a slot holds the operands
// and the results of one tile. An element-wise operator is a window of 1x1. Softmax needs all channels of a
// pixel at once.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/mapping/axis.h"
#include "sim/mapping/cost_model.h"
#include "sim/mapping/mac_layer.h"
#include "sim/mapping/residency.h"

namespace subvolt::mapping {

struct VectorLayer {
  VectorOperator op = VectorOperator::kAdd;
  Axis rows;
  Axis columns;
  std::int64_t channels = 1;
  std::int64_t taps = 1;
  bool whole_channels = false;
  std::vector<OperandPlace> inputs;
  OperandPlace output;
};

// The vector unit's operator for a layer without MACs; nothing for views and layers with MACs.
std::optional<VectorOperator> vector_operator(const network::Operator& op);

VectorLayer vector_layer(const network::Network& network, std::size_t layer, const Placement& placement,
                         const std::vector<MemoryRegion>& memories);

struct VectorChoice {
  TileSizes size;
  int slots = 1;
  std::int64_t input_bytes = 0;
  std::int64_t output_bytes = 0;
  Figures figures;
  std::int64_t candidates = 0;
};

// Nothing when no tile fits; `shortage` then says what the smallest lacks.
std::optional<VectorChoice> search_vector_layer(const VectorLayer& layer, const NpuCapabilities& npu,
                                                Objective objective, Shortage& shortage);
std::vector<Command> lower_vector_layer(const VectorLayer& layer, const VectorChoice& choice);

}  // namespace subvolt::mapping
