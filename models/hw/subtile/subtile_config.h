// What a sub-tile engine is made of: keys, events and hardware.
#pragma once

#include <vector>

#include "models/hw/npu/dma.h"
#include "models/hw/npu/sequencer.h"
#include "models/hw/npu/sram_buffer.h"
#include "sim/config/schema.h"
#include "sim/kernel/component.h"
#include "sim/mapping/subtile/subtile_machine.h"
#include "sim/mapping/subtile/subtile_planner.h"

namespace subvolt::hw {

struct SubtileConfig {
  int inputs = 16, kernels = 32;
  int least_weight_bits = 2, most_weight_bits = 8;
  Bytes scale{1};
  bool kernel_shifts = false;
  SramBufferConfig l1;
  mapping::SubtileTensors tensors = mapping::SubtileTensors::kInMemory;
  SequencerConfig sequencer;
  DmaConfig dma;
  Cycles start{2}, load_latency{6}, offset{6}, multiply_latency{6}, index{2}, scale_latency{9}, bias_latency{8},
      output_latency{3};
  static const config::Schema<SubtileConfig>& schema();
  mapping::SubtileMachine machine() const;
};

enum SubtileEngineEvent {
  kSubtileMac,
  kBitProduct,
  kInputBufferByte,
  kAccumulatorByte,
  kScaleOperation,
  kStreamedInput,
  kStreamedWeights,
  kStreamedScales,
  kStreamedOutput,
  kIdleBits,
  kIdleProducts,
  kStartCycles,
  kInputCycles,
  kOffsetCycles,
  kLatencyCycles,
  kScaleCycles,
  kOutputCycles
};
kernel::Traits subtile_engine(const SubtileConfig& config);

}  // namespace subvolt::hw

namespace subvolt::config {
template <>
struct EnumNames<mapping::SubtileTensors> {
  static const std::vector<std::pair<mapping::SubtileTensors, std::string>>& names();
};
}  // namespace subvolt::config
