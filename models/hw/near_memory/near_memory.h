// A convolution engine whose processors have weight memories of their own, of the make of the MAX78000 and MAX78002.
//
// Parameters: see NearMemoryConfig. Ports: "data" (initiator, to the memory that its data memories are), "dma"
// (initiator: weights, and what lies in other memories), "control" (target), "host" (target: others reach the data
// memories through it, at the same addresses), "irq" (interrupt out).
//
// Control: one register, offset 0, write-only: the doorbell, as that of the kind `npu` (hw::Npu). A layer that comes
// while one is at work follows it without a pause.
//
// Structure. 16 processors in each quadrant; each has a weight memory of 72-bit words (a 3x3 kernel of int8 a word;
// smaller ones and narrower weights are packed), nine multipliers, a pooling unit and a row buffer. Four share a data
// memory of 32-bit words, of which each gets its byte. Channels that are more than processors go in passes.
//
// Timing, in clocks (analogdevicesinc/ai8x-synthesis: README.md, izer/latency.py; the estimate of the vendor's tool,
// which its hardware layers equal). A layer is a convolution with pooling and an element-wise operation before it, in
// either order, or these alone (mapping::NearMemoryGraph). H, W: input of the convolution, behind pooling; P: taps of
// the pool; E: operands; M: passes; k, p: kernel and padding; OW: output columns; C: output steps per position.
//   position          pooling first or none           element-wise first
//     of padding  A   2 M E                           2 M
//     of data     B   M E (P + 1)                     M (E P + 1), gone through u = M times (else u = 1)
//   A position that writes nothing takes one clock more. Of each output position the write phase takes M C clocks: an
//   output channel per clock, in which every enabled processor reads one word of weights. One more where M = C = 1.
//   top padding row    2 p_w (A + 1) + u W (A + 1)                         k_h - 1 - p_h rows that fill: W (B + 1)
//   row with output    p_w (A + 1) + u (k_w - 1 - p_w)(B + 1) + u (OW - p_w) B + p_w A + M OW C
//   bottom padding row the same with A for B
//   no convolution     H W (B + M T), T = ceil(processors of the fullest quadrant x output bytes / 4); with pooling and
//                      several output passes 2 M - 1 for the second M
//   flattened (fully connected over H x W positions)   H W (B + M C), and 1 when M H W > 16
//   C                  output processors from the first to the last, holes included, times output passes; depthwise 4
//                      when input and output processors are the same, else those of the fullest quadrant
//   transposed 3x3     with the zeros between its input's positions: H, W are twice the input's
//   FIFO streaming     half as long again, rounded up: a rough estimate of the vendor
//   pipeline           pipeline_stall clocks more per output position (fitted; the tool does not know it)
//   from rest          one clock
//
// Weights stay from one inference to the next: loads are those of the first. The loader copies, before the layer works,
// in the place of a host that copies words: weights in weight_load_time + weight_load_cycles (at the load clock) per
// byte; words of input that lie in another memory than "data", and results that go to one, in input_load_time each, and
// so are biases, a byte a word. A word is four channels of a position, or (planes) four positions of a channel.
//
// The closed form (mapping::clocks_of) is used whatever the fidelity; a clock-by-clock twin is one of the tests'
// (tests/support/near_memory_twin.h). Reads and writes of "data" are sent when the work begins, as they go on all the
// time: one access per clock and memory is what the machine is built for.
//
// Children: weights, processors, sums, loader. All are on one clock.
//
// Events: of the children (near_memory_parts.cpp). Facts, in cycles of the clock: compute_cycles (write clocks),
// read_cycles, pipeline_cycles, weight_load_cycles, bias_load_cycles, input_load_cycles, stall_store_cycles,
// stall_control_cycles (from rest), stall_power_cycles, which add up to accelerator_cycles; working_cycles (read and
// write), idle_cycles.
//
// Left out: where tensors lie within a data memory and what overwrites what there; dilation, which the vendor's
// estimate takes for 1; the row buffer's limit on
// columns; bias memories' size; 32-bit output of other layers than the last; quadrants switched off one by one (their
// clocks are counted).
//
// Errors: an answer other than TLM_OK_RESPONSE throws Error(kInternal); kConfiguration for parts on other clocks.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/hw/doorbell/layer_queue.h"
#include "models/hw/dot_product/counting_unit.h"
#include "models/hw/near_memory/near_memory_config.h"
#include "sim/kernel/ports.h"
#include "sim/kernel/thread.h"
#include "sim/mapping/accelerator.h"
#include "sim/units/picoseconds.h"

namespace subvolt::hw {

class NearMemory : public kernel::Component, public kernel::HasPorts, public mapping::AcceleratorComponent {
 public:
  NearMemory(sc_core::sc_module_name name, const NearMemoryConfig& config, kernel::Environment& environment);
  static power::Inventory inventory();

  kernel::Port* initiator_side(const std::string& port) override;
  kernel::Port* target_side(const std::string& port) override {
    return port == "control" ? &control_ : port == "host" ? &host_ : nullptr;
  }

  void map_range(kernel::Port* port, std::uint64_t base, std::uint64_t size) override;

  std::shared_ptr<const mapping::Accelerator> accelerator() const override;
  const kernel::Component* keeps_weights_in() const override { return &weights_; }
  void load_program(const mapping::Program* program) override { program_ = program; }

  void settle() override;
  void state(kernel::StateKey& key) const override { key.at_work_if(!layers_.idle()); }

 private:
  using Blocks = std::vector<const mapping::Block*>;
  void request(kernel::Payload& payload);
  void run();  // thread
  void work(const mapping::LayerProgram& layer);
  // What the loader copies: weights by the byte, all else by the word.
  struct Copy {
    const mapping::Block* block = nullptr;
    bool write = false;
    int phase = NearMemoryFact::kInputLoadCycles;
    std::int64_t words = 0;
  };
  void copy(const Copy& what);
  // By which its clock is divided while it loads.
  std::int64_t load_divider() const;
  // When so many bytes of it are copied, which it began with at an edge.
  Picoseconds copied(const Copy& what, std::int64_t bytes, std::int64_t edge) const;
  // `streamed` come from other memories meanwhile.
  void compute(const mapping::NearMemoryLayer& layer, const Blocks& reads, const Blocks& writes,
               const std::vector<Copy>& streamed);
  void count_copied(const Copy& what, std::int64_t bytes);
  // What it took in clocks of the loads, and words of input; all of it, begun at an edge.
  void count_load_clocks(const Copy& what, std::int64_t begin);
  void count_work(const mapping::NearMemoryLayer& layer, const mapping::NearMemoryClocks& clocks, Picoseconds begin,
                  Picoseconds end);
  bool in_data(const mapping::Block& block) const;
  void send(kernel::InitiatorPort& port, std::uint64_t address, std::int64_t bytes, bool write);
  void pass(kernel::Payload& payload);
  void answered(kernel::Payload& payload);
  void wait_for_answers();
  std::int64_t edge_now() const;
  void lose();  // cycles up to now to the phase

  NearMemoryConfig config_;
  mapping::NearMemoryMachine machine_;
  kernel::TargetPort control_, host_;
  kernel::InitiatorPort data_port_, dma_port_;
  kernel::InterruptOut irq_;
  CountingUnit weights_, processors_, sums_, loader_;
  kernel::PayloadPool pool_;
  const mapping::Program* program_ = nullptr;
  std::uint64_t data_begin_ = 0, data_end_ = 0;
  LayerQueue layers_;
  int task_ = power::kNobody;
  int answers_ = 0;                                // that it waits for
  std::vector<kernel::Payload*> passing_;          // of others, on their way through it
  int phase_ = NearMemoryFact::kStallPowerCycles;  // what it loses cycles to
  std::int64_t begun_edge_ = 0, done_edge_ = -1;   // of the layer at work, of the one before
  // Edges before these are counted: accelerator_cycles, their parts, idle_cycles.
  std::int64_t layer_edge_ = 0, counted_edge_ = 0, rest_edge_ = 0;
  kernel::Thread thread_;
};

}  // namespace subvolt::hw
