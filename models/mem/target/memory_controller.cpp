#include "models/mem/target/memory_controller.h"

namespace subvolt::mem {

const config::Schema<MemoryControllerConfig>& MemoryControllerConfig::schema() {
  static const auto schema =
      config::Schema<MemoryControllerConfig>("memory_controller", "The on-chip side of a memory.")
          .optional("queue", &MemoryControllerConfig::queue, "Requests in the controller at a time.",
                    config::between(1, 256))
          .optional("request_latency", &MemoryControllerConfig::request_latency,
                    "Cycles of the controller's clock from a request to its arrival at the memory.",
                    config::between(Cycles(0), Cycles(64)))
          .optional("response_latency", &MemoryControllerConfig::response_latency,
                    "Cycles of the controller's clock from the last data to the response.",
                    config::between(Cycles(0), Cycles(64)));
  return schema;
}

std::vector<power::EventDeclaration> MemoryController::events(const std::string& price) {
  return {{"request", price, power::Cause::kSwitching, "One request queued, scheduled and answered.", {}}};
}

MemoryController::MemoryController(sc_core::sc_module_name name, const std::string& kind, const std::string& price,
                                   power::Inventory inventory, const MemoryControllerConfig& config,
                                   kernel::Environment& environment)
    : Component(name, environment, {kind, "", std::move(inventory), events(price)}), config_(config) {}

void MemoryController::leave(int task) {
  count_for(task, 0);
  end_work();
}

}  // namespace subvolt::mem
