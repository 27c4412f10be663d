// An accelerator whose layers are commands that a sequencer issues to engines: doorbell, interrupt, and the account of
// its time. What the engines are is the affair of each kind.
//
// Control: one register, offset 0, write-only: the doorbell. Writing four bytes, a layer index in little
// endian, starts that layer of the loaded program; the write is answered at once, the interrupt comes when
// the layer's last command is done. A second layer may be started while one runs (sequencer.h). Error answers: address
// (other offset), command (read), burst (not four bytes), byte enable, generic (no such layer on it, or two run).
// What the layer does is on behalf of the write's task (kernel::Owner).
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
#include <string>
#include <vector>

#include "models/hw/npu/sequencer.h"
#include "sim/kernel/ports.h"
#include "sim/mapping/accelerator.h"

namespace subvolt::hw {

class SequencedAccelerator : public kernel::Component,
                             public kernel::HasPorts,
                             public mapping::AcceleratorComponent,
                             private SequencerListener {
 public:
  static std::vector<power::EventDeclaration> events();

  kernel::Port* target_side(const std::string& port) override { return port == "control" ? &control_ : nullptr; }
  void load_program(const mapping::Program* program) override { program_ = program; }
  // Called at the end of each command.
  void observe(std::function<void(const CommandSpan&)> observer) { sequencer_->observe(std::move(observer)); }

  void settle() override { advance(); }
  void state(kernel::StateKey& key) const override { key.at_work_if(status_.running || !answers_.empty()); }

 protected:
  // Its own inventory is that of the control port.
  SequencedAccelerator(sc_core::sc_module_name name, const std::string& kind, kernel::Environment& environment);
  SequencerListener& listener() { return *this; }
  // At the end of construction: `sequencer` is one of its children, `what` "an NPU". Throws Error(kConfiguration) when
  // not all of them are on its own clock.
  void use(Sequencer& sequencer, const std::vector<const Component*>& children, const std::string& what);
  kernel::InterruptOut& irq() { return irq_; }

 private:
  void request(kernel::Payload& payload);
  tlm::tlm_response_status ring(const kernel::Payload& payload);
  void answer();  // process
  void on_status(const NpuStatus& status) override;
  void on_turn(int task) override;
  void on_layer_done(int task) override;
  void advance();

  kernel::TargetPort control_;
  kernel::InterruptOut irq_;
  Sequencer* sequencer_ = nullptr;
  const mapping::Program* program_ = nullptr;
  std::deque<kernel::Payload*> answers_;
  kernel::Timer answer_;
  NpuStatus status_;
  std::vector<int> at_work_;       // tasks between doorbell and interrupt
  std::int64_t counted_edge_ = 0;  // cycles before this edge are counted
};

}  // namespace subvolt::hw
