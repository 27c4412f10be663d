// An accelerator of another kind than the NPU: adds two int8 tensors while they stream through it.
//
// Parameters: see StreamAdderConfig. Ports: "dma" (initiator), "control" (target: the doorbell, offset 0, four bytes,
// little endian), "irq" (interrupt out).
//
// Timing (its clock). A layer is worked off in blocks of `block` bytes: both operands are read, `lanes` elements are
// added per cycle, the sums are written; each transfer in bursts of 64 B, one at a time. Layers wait for each other.
// Events: addition (price vector.lane_operation). Facts: read_B, write_B.
#pragma once

#include <deque>
#include <memory>
#include <utility>

#include "sim/config/schema.h"
#include "sim/kernel/component.h"
#include "sim/kernel/ports.h"
#include "sim/kernel/thread.h"
#include "sim/mapping/accelerator.h"

namespace subvolt::hw {

struct StreamAdderConfig {
  int lanes = 8;
  Bytes block{512};
  static const config::Schema<StreamAdderConfig>& schema();
};

class StreamAdder : public kernel::Component, public kernel::HasPorts, public mapping::AcceleratorComponent {
 public:
  StreamAdder(sc_core::sc_module_name name, const StreamAdderConfig& config, kernel::Environment& environment);
  static std::vector<power::EventDeclaration> events();

  kernel::Port* initiator_side(const std::string& port) override;
  kernel::Port* target_side(const std::string& port) override { return port == "control" ? &control_ : nullptr; }

  std::shared_ptr<const mapping::Accelerator> accelerator() const override;
  void load_program(const mapping::Program* program) override { program_ = program; }

 private:
  void ring(kernel::Payload& payload);
  void run();  // thread
  void work(const mapping::LayerProgram& layer, int task);
  void transfer(const mapping::Block& block, tlm::tlm_command command, int task);

  StreamAdderConfig config_;
  kernel::TargetPort control_;
  kernel::InitiatorPort dma_;
  kernel::InterruptOut irq_;
  kernel::PayloadPool pool_;
  const mapping::Program* program_ = nullptr;
  std::deque<std::pair<int, int>> waiting_;  // layer and task
  bool answered_ = false;
  kernel::Thread thread_;
};

}  // namespace subvolt::hw
