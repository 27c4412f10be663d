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
#include "sim/units/picoseconds.h"

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
  // The first edge from `from` on at which the controller's domain is ON; the controller works until leave().
  Picoseconds enter(Picoseconds from) { return std::max(begin_work(), clock().edge_after(from, Cycles(0))); }
  Picoseconds command_time(Picoseconds enter) const { return clock().edge_after(enter, config_.request_latency); }
  Picoseconds answer_time(Picoseconds data_end) const { return clock().edge_after(data_end, config_.response_latency); }
  void leave(int task);
  // For accesses by themselves, on a direct path: each keeps the controller at work for `edges`.
  bool begin_direct(Picoseconds gap) { return begin_direct_work(gap); }
  void end_direct() { end_direct_work(); }
  Picoseconds edge_from(Picoseconds ps) const { return clock().edge_after(ps, Cycles(0)); }
  void serve_directly(std::int64_t accesses, std::int64_t edges, int task) {
    count_for(task, 0, accesses);
    work_directly(accesses * edges);
  }

 private:
  MemoryControllerConfig config_;
};

}  // namespace subvolt::mem
