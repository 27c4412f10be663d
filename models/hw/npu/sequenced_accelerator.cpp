#include "models/hw/npu/sequenced_accelerator.h"

#include <algorithm>

#include "models/hw/doorbell/doorbell.h"

namespace subvolt::hw {
namespace {

// The order of mapping::Engine, then that of Stall.
enum Event {
  kLoadCycles,
  kStallLoadCycles = mapping::kEngines,
  kPassedCycles = kStallLoadCycles + kStalls,
  kQueuedCycles,
  kAcceleratorCycles
};

power::Inventory inventory() {
  power::Inventory inventory;
  inventory.flip_flops = 160;
  inventory.logic_gates = 6 * inventory.flip_flops + 600;
  inventory.basis =
      "estimate: control port with doorbell, status and configuration registers of 32 bits and 64 bits of bus "
      "interface at 6 gates per flip-flop, 600 gates of decoder";
  return inventory;
}

}  // namespace

std::vector<power::EventDeclaration> SequencedAccelerator::events() {
  const auto fact = [](const char* name, const char* meaning, std::int64_t most_per_cycle = 1) {
    return power::EventDeclaration{name,          "", power::Cause::kSwitching, meaning, {}, power::EventRole::kNone,
                                   most_per_cycle};
  };
  const auto lost = [&fact](const char* name, const char* meaning, power::Loss loss, std::int64_t most_per_cycle = 1) {
    power::EventDeclaration event = fact(name, meaning, most_per_cycle);
    event.loss = std::move(loss);
    return event;
  };
  const power::Loss other{"other_layer", "The layer waits while the array is there for another one.",
                          "None: it is the array's time for that layer."};
  return {
      fact("load_cycles", "Cycles in which the DMA loaded."),
      fact("compute_cycles", "Cycles in which the array computed."),
      fact("vector_cycles", "Cycles in which the vector unit worked."),
      fact("store_cycles", "Cycles in which the DMA stored."),
      lost("stall_load_cycles", "Cycles without computing because of a load.",
           {"loads", "The array waits for what a load has not brought yet.",
            "Where loads take turns with the array, buffers that hold two tiles; `barrier: accelerator`, so that a "
            "layer loads under the one before.",
            true}),
      lost("stall_vector_cycles", "Cycles without computing because of the vector unit.",
           {"vector", "The array waits for the vector unit, which has the output buffer or the layer's last elements.",
            "More lanes of the vector unit (`vector.lanes`)."}),
      lost("stall_store_cycles", "Cycles without computing because of a store.",
           {"stores", "The array waits for results to leave the output buffer.",
            "A larger output buffer, so that results leave beside the array's work.", true}),
      lost("stall_control_cycles", "Cycles without computing because a command was not issued yet.",
           {"issue", "The array waits for a command that the sequencer has not issued yet.",
            "Fewer commands, by larger tiles, or a faster sequencer (`sequencer.issue`)."}),
      lost("stall_power_cycles", "Cycles without computing because a power domain woke up.",
           {"wake", "A power domain wakes up.",
            "A gating policy that waits longer before it goes down, or a state from which it wakes faster."}),
      lost("passed_cycles", "Cycles in which a layer was not done and the array computed for the next one.", other),
      lost("queued_cycles", "Cycles of a layer in which the array was there for another one.", other,
           mapping::kLayersAtATime),
      fact("accelerator_cycles", "Cycles of each layer from its doorbell to its interrupt.", mapping::kLayersAtATime)};
}

SequencedAccelerator::SequencedAccelerator(sc_core::sc_module_name name, const std::string& kind,
                                           kernel::Environment& environment)
    : Component(name, environment, {kind, "", inventory(), events()}),
      control_("control", [this](kernel::Payload& payload) { request(payload); }),
      answer_([this] { answer(); }) {}

void SequencedAccelerator::use(Sequencer& sequencer, const std::vector<const Component*>& children,
                               const std::string& what) {
  sequencer_ = &sequencer;
  for (const Component* child : children) {
    if (&child->clock() == &clock()) continue;
    throw Error(ErrorKind::kConfiguration, child->instance() + " is in clock domain " + child->clock().name() + ", " +
                                               instance() + " in " + clock().name() + ": the parts of " + what +
                                               " share one clock; name \"" + instance() + "\" and \"" + instance() +
                                               ".*\" in the same domain's elements");
  }
}

void SequencedAccelerator::request(kernel::Payload& payload) {
  payload.set_response_status(ring(payload));
  control_.accept(payload);
  answers_.push_back(&payload);
  answer_.at(kernel::time_now());
}

void SequencedAccelerator::answer() {
  while (!answers_.empty()) {
    kernel::Payload& payload = *answers_.front();
    answers_.pop_front();
    control_.respond(payload);
  }
}

tlm::tlm_response_status SequencedAccelerator::ring(const kernel::Payload& payload) {
  const Ring rung = read_ring(payload);
  if (rung.status != tlm::TLM_OK_RESPONSE) return rung.status;
  const mapping::LayerProgram* const layer = layer_of(rung, program_, instance());
  if (sequencer_->full() || !layer) return tlm::TLM_GENERIC_ERROR_RESPONSE;
  const Picoseconds begin = ready_at();
  busy(begin, clock().edge_after(begin, Cycles(1)));  // the register's own clock edge
  advance();
  at_work_.push_back(kernel::task_of(payload));
  sequencer_->begin(static_cast<std::int32_t>(rung.layer), *layer, kernel::task_of(payload));
  return tlm::TLM_OK_RESPONSE;
}

// With a barrier for the whole SoC the host says when a task begins and ends.
void SequencedAccelerator::on_turn(int task) {
  if (program_->barrier == mapping::Barrier::kAccelerator) recorder().begin(task);
}

void SequencedAccelerator::on_layer_done(int task) {
  advance();
  at_work_.erase(std::find(at_work_.begin(), at_work_.end(), task));
  if (program_->barrier == mapping::Barrier::kAccelerator) recorder().end_task(task);
  irq_.raise();
}

void SequencedAccelerator::on_status(const NpuStatus& status) {
  advance();
  status_ = status;
}

// Counts the cycles since the last call, in which nothing changed.
void SequencedAccelerator::advance() {
  const std::int64_t edge = clock().edges_before(kernel::time_now());
  const std::int64_t cycles = edge - counted_edge_;
  counted_edge_ = edge;
  if (cycles == 0) return;
  for (std::size_t e = 0; e < status_.busy.size(); ++e) {
    if (status_.busy[e]) count_for(status_.busy_task[e], kLoadCycles + static_cast<int>(e), cycles);
  }
  for (const int task : at_work_) count_for(task, kAcceleratorCycles, cycles);
  const auto compute = static_cast<std::size_t>(mapping::Engine::kCompute);
  const bool computing = status_.busy[compute];
  if (at_work_.size() > 1) {
    const int turn = computing ? status_.busy_task[compute] : status_.stalled_task;
    for (const int task : at_work_) {
      if (task != turn && task != status_.passed_task) count_for(task, kQueuedCycles, cycles);
    }
  }
  if (status_.passed_task != power::kNobody) count_for(status_.passed_task, kPassedCycles, cycles);
  if (!status_.running || computing) return;
  count_for(status_.stalled_task, kStallLoadCycles + static_cast<int>(status_.stall), cycles);
}

}  // namespace subvolt::hw
