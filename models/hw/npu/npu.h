// The NPU: sequencer, DMA, buffers, MAC array and vector unit behind one doorbell.
//
// Parameters: see NpuConfig. Ports: "dma" (initiator), "control" (target), "irq" (interrupt out).
//
// Control: one register, offset 0, write-only: the doorbell. Writing four bytes, a layer index in little
// endian, starts that layer of the loaded program; the write is answered at once, the interrupt comes when
// the layer's last command is done. A second layer may be started while one runs (sequencer.h). Error answers: address
// (other offset), command (read), burst (not four bytes), byte enable, generic (no such layer on the NPU, or two run).
// What the layer does is on behalf of the write's task (kernel::Owner).
//
// Children: sequencer, dma, input_buffer, weight_buffer, output_buffer, array, vector. All are on one clock.
//
// Events: none with a price. Facts, in cycles of the clock between doorbell and interrupt:
//   load_cycles, compute_cycles, vector_cycles, store_cycles   in which the engine worked
//   stall_load_cycles, stall_vector_cycles, stall_store_cycles, stall_control_cycles, stall_power_cycles
//                                     in which the array did not compute, by reason (sequencer.h)
//   passed_cycles                     in which a layer was not done yet and the array computed for the next one
//   queued_cycles                     of a layer between its doorbell and its interrupt: all others, in which the array
//                                     computed or waited for the other layer
//   accelerator_cycles                of each layer, from its doorbell to its interrupt: its last result is written
// compute_cycles and the stalls add up to all cycles between doorbell and interrupt; with passed_cycles and
// queued_cycles, which there are where a second layer waits while one runs, to accelerator_cycles. All but the first
// are lost cycles (sim/power/record/losses.h), by cause; those in which the array computed tells the array.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "models/hw/npu/dma.h"
#include "models/hw/npu/mac_array.h"
#include "models/hw/npu/sequencer.h"
#include "models/hw/npu/sram_buffer.h"
#include "models/hw/npu/vector_unit.h"
#include "sim/kernel/ports.h"
#include "sim/mapping/accelerator.h"

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

class Npu : public kernel::Component,
            public kernel::HasPorts,
            public mapping::AcceleratorComponent,
            private SequencerListener {
 public:
  // Throws Error(kConfiguration) when its children are not all on its own clock.
  Npu(sc_core::sc_module_name name, const NpuConfig& config, kernel::Environment& environment);
  static std::vector<power::EventDeclaration> events();

  kernel::Port* initiator_side(const std::string& port) override;
  kernel::Port* target_side(const std::string& port) override { return port == "control" ? &control_ : nullptr; }

  mapping::NpuCapabilities npu_capabilities() const;
  std::shared_ptr<const mapping::Accelerator> accelerator() const override;
  void load_program(const mapping::Program* program) override { program_ = program; }
  // Called at the end of each command.
  void observe(std::function<void(const CommandSpan&)> observer) { sequencer_.observe(std::move(observer)); }

  void settle() override { advance(); }
  void state(kernel::StateKey& key) const override { key.at_work_if(status_.running || !answers_.empty()); }

 private:
  void request(kernel::Payload& payload);
  tlm::tlm_response_status ring(const kernel::Payload& payload);
  void answer();  // process
  void on_status(const NpuStatus& status) override;
  void on_turn(int task) override;
  void on_layer_done(int task) override;
  void advance();
  void check_clocks() const;

  kernel::TargetPort control_;
  kernel::InterruptOut irq_;
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
  const mapping::Program* program_ = nullptr;
  std::deque<kernel::Payload*> answers_;
  kernel::Timer answer_;
  NpuStatus status_;
  std::vector<int> at_work_;       // tasks between doorbell and interrupt
  std::int64_t counted_edge_ = 0;  // cycles before this edge are counted
};

}  // namespace subvolt::hw
