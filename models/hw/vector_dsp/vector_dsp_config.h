// What a vector_dsp is made of: keys, events and hardware.
#pragma once

#include "models/hw/npu/dma.h"
#include "models/hw/npu/sequencer.h"
#include "models/hw/npu/sram_buffer.h"
#include "sim/config/schema.h"
#include "sim/kernel/component.h"
#include "sim/mapping/vector_dsp/vector_dsp_machine.h"

namespace subvolt::hw {

struct VectorDspConfig {
  int cores = 8;
  config::NamedList<int> types;  // products of an instruction by type; none: kTypes
  Bytes word{4};
  int pixels = 2, kernels = 4;
  bool dual = false;
  // Sources: vector_dsp.h and the schema.
  Cycles start{200}, block{10}, result{19}, gather{2};
  config::Node processor;  // name of a processor's document; null: none
  SramBufferConfig l1;
  SequencerConfig sequencer;
  DmaConfig dma;
  static const config::Schema<VectorDspConfig>& schema();
  mapping::VectorDspMachine machine() const;
};

enum VectorDspCoresEvent {
  kDspCoreCycle,
  kDspMacInt8,
  kDspMacInt16,
  kDspMacInt32,
  kDspMacFp16,
  kDspMacFp32,
  kDspKernelMac,
  kDspKernelOperations,
  kDspProducts,
  kDspLoads,
  kDspGathered,
  kDspResults,
  kDspIdleType,
  kDspIdleEdges,
  kDspIdleIssue,
  kDspIdleKernel
};
kernel::Traits vector_dsp_cores(const VectorDspConfig& config);

}  // namespace subvolt::hw
