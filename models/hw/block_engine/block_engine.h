// An engine that computes layers block by block, of the make of Arm's Ethos-U55 and U65: multipliers, accumulators and
// an output stage on a buffer in banks, a decoder of weights, and ways to memory of their own for inputs, results and
// weights.
//
// Parameters: see BlockEngineConfig; the machines by model: mapping/block_engine/block_engine_machine.cpp. Ports:
// "reads", "writes" and "weights" (initiators), "control" (target), "irq" (interrupt out).
//
// Machine. A block of outputs (rows x columns x channels) is walked in micro-blocks. Each output of a micro-block has
//   eight multipliers. A micro-block stays four cycles at a step, which is 32 input channels of one tap (depth first),
//   or eight channels of four taps (part kernel), or four taps of one channel each (depthwise). All micro-blocks over
//   the block's image do a step before the next one, with the same weights: the decoder brings eight a cycle, and a
//   step takes as long as the slower of both. A lone micro-block waits `hazard` cycles between steps for its sums.
//   Pools take a cycle per tap. Sums wait in accumulators, of which there are two sets: the output stage scales, clamps
//   and writes those of one block while the next one is multiplied. Inputs, too, are there twice. Elements are added
//   and multiplied by the output stage alone.
// Which blocks: mapping/block_engine/block_choice.h. Times of a block: mapping/block_engine/block_times.h, whose
//   clock-by-clock twin is one of the tests' (tests/support/block_engine_twin.h). Blocks at an edge are walked whole.
// Layers (mapping::BlockEnginePlanner): per block the load of its inputs, the block, the store of its results. Weights
//   from off the chip come to the weight buffer in slices of output channels, two of which have room; while a layer
//   works, the next one's first slices come, if the host has started it (barrier: accelerator). Weights of fully
//   connected layers that are used once, and those in a memory on chip, are read block by block.
// Timing, in cycles of the clock. A block is multiplied for max(multiply, interval) when its inputs and weights are
// there
//   and a set of accumulators is free, then scaled for max(output, interval) when there is room for its results (two
//   blocks'), then stored. With inputs in time that is the closed form's sum. Requests: models/hw/bursts/link.h.
//
// Sources. Geometry, banks, speed of the output stage, and all of the times: Arm's compiler Vela (ethos-u-vela 3.10),
// as
//   named in the headers above; they are its model of the machine, not measurements. weight_ratio 0.96: fitted to the
//   transfers of weights that Vela reports for the keyword-spotting network of MLPerf Tiny on U55-128 and U55-256,
//   where streams have 0.94 to 1.0 bytes per weight; it is a matter of a network's weights.
// Not modelled: 16-bit feature maps, the load of a table (256 bytes), transposed convolutions, softmax and resizing,
// which the host does;
//   fetch and decoding of the command stream (it is in the interval of blocks); the zeros in weights, which the
//   machines do not skip; cascades of layers in stripes.
//
// Children: buffer, weight_buffer, array, output, decoder on the clock of this; reads, writes, weights: links,
// likewise. Control: one register, offset 0, write-only: the doorbell, as that of the kind `npu` (hw::Npu). Events: of
// the children (BlockEngineConfig, SramBuffer, Link). Facts, in cycles of the clock:
//   load_cycles, store_cycles   in which inputs or weights, and results, were on their way
//   compute_cycles              in which a block was multiplied or scaled
//   stall_load_cycles           in which the engine waited for inputs,   weight_load_cycles   for weights,
//   stall_store_cycles          for results on their way,                stall_power_cycles   for its power domain
//   accelerator_cycles          of each layer from its start to its last result
// compute_cycles and what stands below it add up to accelerator_cycles.
// Errors: an answer other than TLM_OK_RESPONSE throws Error(kInternal).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/hw/block_engine/block_engine_config.h"
#include "models/hw/bursts/link.h"
#include "models/hw/doorbell/layer_queue.h"
#include "models/hw/dot_product/counting_unit.h"
#include "models/hw/npu/sram_buffer.h"
#include "sim/kernel/ports.h"
#include "sim/kernel/timeline.h"
#include "sim/mapping/accelerator.h"
#include "sim/mapping/block_engine/block_program.h"

namespace subvolt::hw {

class BlockEngine : public kernel::Component, public kernel::HasPorts, public mapping::AcceleratorComponent {
 public:
  // Throws Error(kConfiguration) when its children are not all on its own clock.
  BlockEngine(sc_core::sc_module_name name, const BlockEngineConfig& config, kernel::Environment& environment);
  static std::vector<power::EventDeclaration> events() { return block_engine_facts(); }

  kernel::Port* initiator_side(const std::string& port) override;
  kernel::Port* target_side(const std::string& port) override { return port == "control" ? &control_ : nullptr; }

  std::shared_ptr<const mapping::Accelerator> accelerator() const override;
  void load_program(const mapping::Program* program) override { program_ = program; }

  void settle() override;
  void state(kernel::StateKey& key) const override { key.at_work_if(!layers_.idle()); }

 private:
  // A stage of the engine: a block at a time.
  struct Stage {
    bool busy = false;
    std::int64_t end_edge = 0;
  };
  // Transfers of one kind, as cycles in which there are any.
  struct Moving {
    int under_way = 0;
    std::int64_t from_edge = 0;
  };

  void request(kernel::Payload& payload);
  mapping::BlockProgram program_of(const LayerQueue::Rung& rung) const;
  void begin_layer();
  void end_layer();
  void advance();  // all that can begin now, and what has ended
  void ask_for_weights(mapping::BlockProgram& layer, std::size_t held_by_others);
  void ask_for_inputs();
  void multiply();
  void scale();
  void weights_came();
  void input_came();
  void stored();
  int fact_now() const;
  void count_until_now();
  void moving(Moving& kind, int fact, int change);
  std::int64_t edge_now() const { return clock().edges_before(kernel::time_now()); }

  BlockEngineConfig config_;
  mapping::BlockEngineMachine machine_;
  kernel::TargetPort control_;
  kernel::InitiatorPort reads_port_, writes_port_, weights_port_;
  kernel::InterruptOut irq_;
  SramBuffer buffer_, weight_buffer_;
  CountingUnit array_, output_, decoder_;
  Link reads_, writes_, weights_;
  const mapping::Program* program_ = nullptr;

  LayerQueue layers_;
  mapping::BlockProgram layer_, next_;  // at work; behind it
  bool has_next_ = false, awake_ = false;
  std::vector<const mapping::Load*> weights_under_way_;  // in their order
  Stage multiplying_, scaling_;
  Moving loading_, storing_;
  std::int64_t macs_ = 0, computed_ = 0;         // of the layer
  std::int64_t layer_edge_ = 0, fact_edge_ = 0;  // edges before these are counted
  int fact_ = -1;
  kernel::Timer timer_;
};

}  // namespace subvolt::hw
