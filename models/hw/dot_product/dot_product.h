// A convolution engine of dot products, of the make of NVDLA: `channels` x `kernels` int8 multipliers, a buffer that
// input and weights share, accumulators with credit, and an output stage that is slower than the array.
//
// Parameters: see DotProductConfig. Ports: "dma" (initiator), "control" (target), "irq" (interrupt out).
//
// Control: one register, offset 0, write-only: the doorbell, as that of the kind `npu` (hw::Npu). A layer that comes
// while one is at work waits for its end.
//
// A layer is one or more hardware layers (mapping::DotProductPlanner), one after the other: each begins `restart`
// cycles after the last result of the one before is written. Timing of one, in cycles of the clock from its start:
//
// Memory. Tensors lie in planes of `channels` channels; a beat is `channels` bytes, a pixel of a plane. P planes of
//   input, D beats of it, read row by row, each plane by plane; all channels of a single pixel count as one row.
//   Weights lie kernel by kernel without padding and are read up to a multiple of `weight_alignment`; the group of
//   `kernels` kernels number g is there with beat e_g.
// Read port. One beat of weights or of input is asked for per cycle, in turn where both want, weights first; weights
//   from weight_start on, as long as there is room for 8 more beats in their banks and a FIFO of 8, and input from
//   input_start on, at most reads_in_flight beats unanswered. Answers are taken in order, one per cycle. Beats of one
//   operand that lie next to each other and that nothing can come between go out as one request of at most `burst`
//   bytes, with their times (kernel/beats.h). Where the way to memory answers whole requests, such as over a bus,
//   one goes out when there is room for all of it.
// Input. Beats pass a FIFO (input_latency), three registers that stand still for a cycle when they have to stop, and
//   the placer, which takes nothing for a cycle after the last beat of a row of a plane and after each beat of planes
//   2, 3, 6, 7, ... Nothing is computed before the last beat is placed.
// Array. For each group, for each stripe of positions (2 x kernels while 4 x kernels are left, all that are left when
//   they are no more than 2 x kernels, else kernels), for each block (plane, tap): a cycle per position, at least
//   `kernels`, as the next block's weights move to the array meanwhile. A group begins with its weights. The last block
//   of a stripe begins when the accumulators have room for all of the stripe.
// Output. The output stage takes a beat, a position of a group, array_latency after its issue at the soonest, and
//   output_interval after the one before; then its accumulator is free. It is written output_latency after it was
//   taken. Beats of a stripe are one write, at the time of the last.
// Weights leave the buffer release_latency after those of the group's last block began to move to the array.
//
// The recurrence is mapping::DotProductRun, driven by the memory's answers, whatever the fidelity; its clock-by-clock
// twin is one of the tests' (tests/support/dot_product_twin.h). Biases are not read: what they cost is not
// measured. Zeros of weights of grouped convolutions are not in memory (mapping::DotProductStart).
//
// Children: buffer, array, output, dma. All are on one clock, and their clocks run from a layer's start to its end.
//
// Events: of the children (DotProductConfig, SramBuffer). Facts, in cycles of the clock:
//   load_cycles        in which beats were under way       compute_cycles   in which the array multiplied
//   vector_cycles      in which the output stage worked    store_cycles     in which results were written
//   stall_load_cycles      without computing: because input or weights were missing,
//   stall_vector_cycles    because the accumulators had no room, or waited to be taken, for the output stage,
//   stall_store_cycles     because writes were not answered,
//   stall_control_cycles   between two hardware layers,
//   stall_power_cycles     until the power domain was awake,
//   weight_cycles          because weights moved to the array,
//   drain_cycles           of the last result: array_latency + output_latency, or what was left of them
//   accelerator_cycles of each layer from its start to its last result
// compute_cycles and what stands below it add up to accelerator_cycles. All but the first are lost cycles
// (sim/power/record/losses.h); of compute_cycles the array's idle_macs are.
// Errors: an answer other than TLM_OK_RESPONSE throws Error(kInternal) naming address and answer.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/hw/doorbell/layer_queue.h"
#include "models/hw/dot_product/counting_unit.h"
#include "models/hw/dot_product/dot_product_config.h"
#include "models/hw/npu/sram_buffer.h"
#include "sim/kernel/beats.h"
#include "sim/kernel/ports.h"
#include "sim/mapping/accelerator.h"
#include "sim/mapping/dot_product/dot_product_run.h"
#include "sim/mapping/dot_product/dot_product_start.h"
#include "sim/units/picoseconds.h"

namespace subvolt::hw {

class DotProduct : public kernel::Component, public kernel::HasPorts, public mapping::AcceleratorComponent {
 public:
  // Throws Error(kConfiguration) when its children are not all on its own clock.
  DotProduct(sc_core::sc_module_name name, const DotProductConfig& config, kernel::Environment& environment);
  static std::vector<power::EventDeclaration> events();

  kernel::Port* initiator_side(const std::string& port) override;
  kernel::Port* target_side(const std::string& port) override { return port == "control" ? &control_ : nullptr; }

  std::shared_ptr<const mapping::Accelerator> accelerator() const override;
  void load_program(const mapping::Program* program) override { program_ = program; }
  // Called at the end of each hardware layer.
  void observe(std::function<void(const mapping::DotProductRun&)> observer) { observer_ = std::move(observer); }

  void settle() override;
  void state(kernel::StateKey& key) const override {
    key.at_work_if(!layers_.idle());
    key.add(whole_answers_ ? 1 : 0);
  }

 private:
  // A read under way; in order of the requests.
  struct Flight {
    kernel::Beats beats;
    kernel::Payload* payload = nullptr;
    bool answered = false;
    std::int64_t at = 0;  // cycle, where the answer does not tell beats apart
  };

  void request(kernel::Payload& payload);
  void begin_layer();
  void begin_hardware_layer(std::int64_t edge);
  void read();   // all that is due
  void write();  // likewise
  void send(const mapping::DotProductRun::Request& request);
  void answered(kernel::Payload& payload);
  void check_answer(const kernel::Payload& payload) const;
  void take(Flight& flight);
  void follow();  // what the run has found out
  void account(const mapping::DotProductRun::Group& group);
  void finish();  // if all is written
  void count_tail(std::int64_t until);
  void count_reads();
  std::int64_t edge_now() const;
  Picoseconds time(std::int64_t cycle) const { return clock().edge_time(origin_ + cycle); }

  DotProductConfig config_;
  mapping::DotProductMachine machine_;
  kernel::TargetPort control_;
  kernel::InitiatorPort dma_port_;
  kernel::InterruptOut irq_;
  SramBuffer buffer_;
  CountingUnit array_, output_, dma_;
  kernel::PayloadPool pool_;
  const mapping::Program* program_ = nullptr;
  std::function<void(const mapping::DotProductRun&)> observer_;

  LayerQueue layers_;
  int task_ = power::kNobody;
  std::vector<mapping::DotProductStart> starts_;  // of the layer at work
  std::size_t start_ = 0;
  std::int64_t origin_ = 0;  // edge of the hardware layer's start
  std::optional<mapping::DotProductRun> run_;
  std::deque<Flight> flights_;
  std::vector<std::vector<std::int64_t>> spare_answers_;  // of flights that are over
  bool whole_answers_ = false;  // the way to memory does not tell beats apart, as far as answers show
  std::deque<mapping::DotProductRun::Stripe> stripes_;  // to be written
  int writes_ = 0;                                      // not answered
  kernel::Timer read_timer_, write_timer_;

  // Edges before these are counted.
  std::int64_t layer_edge_ = 0;  // accelerator_cycles
  std::int64_t array_edge_ = 0;  // compute_cycles and stalls
  std::int64_t load_edge_ = 0, load_end_ = 0;
  std::int64_t read_beats_ = 0, read_bytes_ = 0, requests_ = 0;  // not counted yet
};

}  // namespace subvolt::hw
