// The on-chip side of a memory: request queue, scheduler, the digital part of a PHY.
//
// Requests enter at clock edges, reach the memory `request_latency` cycles later and are answered `response_latency`
// cycles after the first edge at or after the end of their data. Event: request.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "sim/config/schema.h"
#include "sim/kernel/component.h"

namespace subvolt::mem {

struct MemoryControllerConfig {
  int queue = 16;
  // estimate: port, address decode, queue and command scheduler, one register stage each
  Cycles request_latency{4};
  // estimate: crossing from the PHY's clock and response register
  Cycles response_latency{2};
  static const config::Schema<MemoryControllerConfig>& schema();
};

class MemoryController : public kernel::Component {
 public:
  // `kind` names it in results ("xspi_controller"), `price` is what a request costs: "memory_controller.request".
  MemoryController(sc_core::sc_module_name name, const std::string& kind, const std::string& price,
                   power::Inventory inventory, const MemoryControllerConfig& config, kernel::Environment& environment);
  static std::vector<power::EventDeclaration> events(const std::string& price);

  void state(kernel::StateKey&) const override {}  // it has no state of its own

  int queue() const { return config_.queue; }
  // The first edge from `from_ps` on at which the controller's domain is ON; the controller works until leave().
  std::int64_t enter(std::int64_t from_ps) { return std::max(begin_work(), clock().edge_after(from_ps, Cycles(0))); }
  std::int64_t command_ps(std::int64_t enter_ps) const { return clock().edge_after(enter_ps, config_.request_latency); }
  std::int64_t answer_ps(std::int64_t data_end_ps) const {
    return clock().edge_after(data_end_ps, config_.response_latency);
  }
  void leave(int task);
  // For accesses by themselves, on a direct path: each keeps the controller at work for `edges`.
  bool begin_direct(std::int64_t gap_ps) { return begin_direct_work(gap_ps); }
  void end_direct() { end_direct_work(); }
  std::int64_t edge_from(std::int64_t ps) const { return clock().edge_after(ps, Cycles(0)); }
  void serve_directly(std::int64_t accesses, std::int64_t edges, int task) {
    count_for(task, 0, accesses);
    work_directly(accesses * edges);
  }

 private:
  MemoryControllerConfig config_;
};

}  // namespace subvolt::mem
