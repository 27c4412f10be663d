// A row-stationary accelerator, of the make of Eyeriss (Y.-H. Chen et al., JSSC 52(1) 2017): rows x columns processing
// elements (PEs) with scratchpads, a global buffer of ifmaps and psums, a buffer of filters, and a link to memory with
// run-length coded activations.
//
// Parameters: see RowStationaryConfig. Ports: "dma" (initiator), "control" (target), "irq" (interrupt out).
//
// Control: one register, offset 0, write-only: the doorbell, as that of the kind `npu` (hw::Npu). A layer that comes
// while one is at work waits for its end. Words have 16 bits; elements of 8 bits are taken as words inside.
//
// A layer is a sequence of passes (mapping::RowStationaryPlanner). Timing, in cycles of the clock:
//
// Pass. In each, PE sets of R x e PEs compute e output rows from R filter rows: r sets of q channels each add up, t
// sets
//   have p filters each. Filters move to the scratchpads first, then windows, image by image and column by column, take
//   S q p cycles each, or as long as the buses of ifmaps and psums take. The recurrence is mapping::time_pass
//   (row_stationary_pass.h); its clock-by-clock twin is one of the tests' (tests/support/row_stationary_twin.h).
// Filters of the next pass come from memory while a pass multiplies: they are asked for when those of the pass have
//   left the filter buffer.
// Ifmaps of the next channels replace those in the buffer, so the array waits while they come. Nothing of them is
//   asked for before the last pass on the old ones is over.
// Ofmaps leave when their last pass is over and its psums have reached the buffer; the next pass waits, as it needs
//   their banks.
// Link. One transfer at a time, in bursts (link.h), at link_width bytes per cycle of the link's own clock.
// Run-length code. Activations whose zeros are declared (`zeros`) are coded in memory where that takes fewer bytes
//   (mapping/row_stationary/run_length.h); rows of a plane have equal shares of its bytes.
// Zero gating. Of the multiplications of a layer that has a share of zeros in its ifmaps, that share stands still
//   (gated_macs): it takes its cycle all the same, and reads the ifmap word only.
//
// Sources. Scratchpads, buffers, 64-bit buses of psums (4 words a cycle each way) and 16-bit bus of ifmaps, prefetch of
//   filters, code, gating: the paper. filter_rate (2): fitted to the processing times of AlexNet's layers, as the paper
//   says how wide the bus is (4 words) and not how fast it is written to all scratchpads. ifmap_ahead (4): estimate,
//   FIFOs of some words in front of each PE; it is in no time of AlexNet's.
// Not modelled: biases, ReLU and the coder take no time; a pass fills no pipeline (a few cycles of thousands); the
//   configuration of the chip between layers (1,794 bits, microseconds); pooling and normalisation, which the host
//   does; elements of 8 bits gain nothing but bytes in memory.
//
// Children: buffer, filter_buffer, array, noc on the clock of this; link on its own.
//
// Events: of the children (RowStationaryConfig, SramBuffer, Link). Facts, in cycles of the clock:
//   load_cycles, store_cycles   in which the link was at work       compute_cycles   in which PEs multiplied
//   weight_cycles               in which only filters moved to PEs
//   stall_control_cycles        in which PEs waited for ifmap or psum words
//   stall_load_cycles           in which the array waited for ifmaps or filters from memory,
//   stall_store_cycles          for ofmaps to leave,   drain_cycles   for psums to reach the buffer,
//   stall_power_cycles          for its power domain
//   accelerator_cycles          of each layer from its start to its last result
// What the paper calls processing latency is compute, weight and stall_control cycles; its total latency is
// accelerator_cycles. compute_cycles and what stands below it add up to accelerator_cycles.
// Errors: an answer other than TLM_OK_RESPONSE throws Error(kInternal).
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/hw/bursts/link.h"
#include "models/hw/doorbell/layer_queue.h"
#include "models/hw/dot_product/counting_unit.h"
#include "models/hw/npu/sram_buffer.h"
#include "models/hw/row_stationary/row_stationary_config.h"
#include "sim/kernel/ports.h"
#include "sim/kernel/thread.h"
#include "sim/mapping/accelerator.h"
#include "sim/mapping/row_stationary/row_stationary_pass.h"
#include "sim/units/picoseconds.h"

namespace subvolt::hw {

class RowStationary : public kernel::Component, public kernel::HasPorts, public mapping::AcceleratorComponent {
 public:
  // Throws Error(kConfiguration) when its children but the link are not on its own clock.
  RowStationary(sc_core::sc_module_name name, const RowStationaryConfig& config, kernel::Environment& environment);
  static std::vector<power::EventDeclaration> events() { return row_stationary_facts(); }

  kernel::Port* initiator_side(const std::string& port) override;
  kernel::Port* target_side(const std::string& port) override { return port == "control" ? &control_ : nullptr; }

  std::shared_ptr<const mapping::Accelerator> accelerator() const override;
  void load_program(const mapping::Program* program) override { program_ = program; }

  void settle() override;
  void state(kernel::StateKey& key) const override { key.at_work_if(!layers_.idle()); }

 private:
  void request(kernel::Payload& payload);
  void run();  // thread
  void work(const mapping::LayerProgram& layer);
  void move(const mapping::Block& block, tlm::tlm_command command);
  void wait_for(int fact, std::int64_t transfers);  // until so many are done
  void ask_for_filters(const mapping::LayerProgram& layer);
  void pass(const mapping::RowStationaryPass& pass, const mapping::LayerProgram& layer);
  void count_pass(const mapping::RowStationaryPass& pass, const mapping::PassTimes& times, std::int64_t begin_edge);
  void moved(Picoseconds begin);
  void count_until(std::int64_t edge);  // of the fact that goes on
  std::int64_t edge_now() const { return clock().edges_before(kernel::time_now()); }

  RowStationaryConfig config_;
  mapping::RowStationaryMachine machine_;
  kernel::TargetPort control_;
  kernel::InitiatorPort dma_port_;
  kernel::InterruptOut irq_;
  SramBuffer buffer_, filter_buffer_;
  CountingUnit array_, noc_;
  Link link_;
  mapping::PassTimer timer_;
  const mapping::Program* program_ = nullptr;

  LayerQueue layers_;
  int task_ = power::kNobody;
  double zeros_ = 0.0;  // among the ifmaps of the layer at work
  std::int64_t macs_ = 0, gated_ = 0;
  std::size_t next_filters_ = 0;                     // command
  std::int64_t filters_transfer_ = 0;                // the number of their transfer
  std::int64_t tail_ = 0, tail_from_ = 0;            // results on their way, from this edge on
  std::deque<std::pair<bool, std::int64_t>> moves_;  // under way: whether a write; bytes
  std::int64_t started_ = 0, done_ = 0;              // transfers
  // Edges before these are counted.
  std::int64_t layer_edge_ = 0, fact_edge_ = 0, link_edge_ = 0;
  int fact_ = -1;  // what goes on; -1: what was told in advance
  kernel::Thread thread_;
};

}  // namespace subvolt::hw
