// What a block engine is made of: keys, events and hardware.
#pragma once

#include <vector>

#include "models/hw/npu/sram_buffer.h"
#include "sim/config/schema.h"
#include "sim/kernel/component.h"
#include "sim/mapping/block_engine/block_engine_machine.h"

namespace subvolt::hw {

struct BlockEngineConfig {
  mapping::BlockEngineModel model = mapping::BlockEngineModel::kU55x128;
  SramBufferConfig weight_buffer;
  double weight_ratio = 0.96;
  Bytes burst{256}, weight_burst{4096};
  int outstanding = 8;
  static const config::Schema<BlockEngineConfig>& schema();
  mapping::BlockEngineMachine machine() const { return mapping::block_engine_machine(model); }
  SramBufferConfig buffer() const;  // shared by input blocks, accumulators and results
};

struct BlockEngineArrayEvent {
  enum Event : int { kMacInt8, kAccumulatorByte, kIdleMacs };
};
kernel::Traits block_engine_array(const BlockEngineConfig& config);
struct BlockEngineOutputEvent {
  enum Event : int { kOutputOperation };
};
kernel::Traits block_engine_output(const BlockEngineConfig& config);
struct BlockEngineDecoderEvent {
  enum Event : int { kDecodedWeight };
};
kernel::Traits block_engine_decoder(const BlockEngineConfig& config);
// Of each of its ways to memory: models/hw/bursts/link.h.
kernel::Traits block_engine_link(const BlockEngineConfig& config);

// Its own.
struct BlockEngineFact {
  enum Fact : int {
    kLoadCycles,
    kComputeCycles,
    kStoreCycles,
    kStallLoadCycles,
    kWeightLoadCycles,
    kStallStoreCycles,
    kStallPowerCycles,
    kAcceleratorCycles
  };
};
std::vector<power::EventDeclaration> block_engine_facts();

}  // namespace subvolt::hw
