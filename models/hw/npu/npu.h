// The NPU: sequencer, DMA, buffers, MAC array and vector unit behind one doorbell.
//
// Parameters: see NpuConfig. Ports: "dma" (initiator), "control" (target), "irq" (interrupt out).
//
// Children: sequencer, dma, input_buffer, weight_buffer, output_buffer, array, vector. All are on one clock.
//
// Control and facts: those of any accelerator with a sequencer (sequenced_accelerator.h).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/hw/npu/dma.h"
#include "models/hw/npu/mac_array.h"
#include "models/hw/npu/sequenced_accelerator.h"
#include "models/hw/npu/sequencer.h"
#include "models/hw/npu/sram_buffer.h"
#include "models/hw/npu/vector_unit.h"

namespace subvolt::hw {

struct NpuConfig {
  SequencerConfig sequencer;
  DmaConfig dma;
  SramBufferConfig input_buffer;
  SramBufferConfig weight_buffer;
  SramBufferConfig output_buffer;
  MacArrayConfig array;
  VectorUnitConfig vector;
  static const config::Schema<NpuConfig>& schema();
};

class Npu : public SequencedAccelerator {
 public:
  // Throws Error(kConfiguration) when its children are not all on its own clock.
  Npu(sc_core::sc_module_name name, const NpuConfig& config, kernel::Environment& environment);

  kernel::Port* initiator_side(const std::string& port) override;

  mapping::NpuCapabilities npu_capabilities() const;
  std::shared_ptr<const mapping::Accelerator> accelerator() const override;
  const kernel::Component* keeps_weights_in() const override { return &weight_buffer_; }

 private:
  SramBuffer input_buffer_;
  SramBuffer weight_buffer_;
  SramBuffer output_buffer_;
  Dma dma_;
  MacArray array_;
  VectorUnit vector_;
  Sequencer sequencer_;
  Bytes burst_;
  int outstanding_;
  Cycles issue_;
};

}  // namespace subvolt::hw
