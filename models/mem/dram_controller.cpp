#include "models/mem/dram.h"

namespace subvolt::mem {
namespace {

power::Inventory inventory(const DramControllerConfig& config) {
  // Per queue entry: 34 address bits, 16 of identity, length and state, 14 of bank bookkeeping.
  const std::int64_t entry_flip_flops = 64;
  // Two asynchronous FIFOs of eight bursts of 256 bits between controller and PHY, and the PHY's 16 + 6 pins
  // with 40 flip-flops each for serialising and delay-line control.
  const std::int64_t fixed_flip_flops = 2 * 8 * 256 + 22 * 40;
  power::Inventory inventory;
  inventory.flip_flops = config.queue * entry_flip_flops + fixed_flip_flops;
  inventory.logic_gates = inventory.flip_flops * 6 + config.queue * 200 + 20'000;
  inventory.basis =
      "estimate: 64 flip-flops per queue entry, two FIFOs of 8 bursts x 256 bit, 40 flip-flops for each of the "
      "PHY's 22 pins; 6 gates per flip-flop, 200 gates of comparators per entry, 20,000 gates of command "
      "scheduler and bank timers";
  return inventory;
}

}  // namespace

DramController::DramController(sc_core::sc_module_name name, const DramControllerConfig& config,
                               kernel::Environment& environment)
    : Component(name, environment, {"dram_controller", "", inventory(config), events()}), config_(config) {}

std::vector<power::EventDeclaration> DramController::events() {
  return {{"request",
           "dram_controller.request",
           power::Cause::kSwitching,
           "One request queued, scheduled and answered.",
           {}}};
}

std::int64_t DramController::command_ps(std::int64_t enter_ps) const {
  return clock().edge_after(enter_ps, config_.request_latency);
}

std::int64_t DramController::answer_ps(std::int64_t data_end_ps) const {
  return clock().edge_after(data_end_ps, config_.response_latency);
}

void DramController::serve(std::int64_t enter_ps, std::int64_t answer_ps) {
  count(0);
  busy(enter_ps, answer_ps);
}

}  // namespace subvolt::mem
