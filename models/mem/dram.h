// DRAM: one channel of a JEDEC device and the controller on chip that drives it.
//
// Parameters: DramConfig; the device's own are in its memory document (DramDeviceConfig). Port: "" (target,
// TLM-2.0 base protocol, b_transport). Clocks: "dram" runs on the memory clock (data rate = 2 x clock),
// its child "dram.controller" on its own.
//
// Timing. A request enters the controller at the first edge e of the controller's clock at which its power
// domain is ON, while fewer than `queue` others are inside. It is cut into bursts of width x burst_length bits
// at addresses that are multiples of it; partial bursts at its ends cost whole ones. Commands go out from
// e + request_latency on as dram_channel.h describes; the answer comes response_latency after the first
// controller edge at or after the end of the last burst's data, for reads and writes alike. Requests beyond
// the device's capacity get an address error after both latencies.
//
// Events of the device (prices in its memory document): activate, read, write, io_read, io_write (one burst
// each), refresh (all banks); residencies in picoseconds: active_standby, precharge_standby,
// precharge_power_down, self_refresh, which sum to the simulated time. During tRFCab the
// device counts as active_standby, so the price of a refresh is what comes on top: (IDD5 - IDD3N) x tRFCab.
// Facts without a price: read_B, write_B (bytes asked for), row_hits, row_misses, row_conflicts (bursts).
// Events of the controller: request (price dram_controller.request).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/mem/dram_address.h"
#include "models/mem/dram_channel.h"
#include "models/mem/dram_config.h"
#include "sim/kernel/agenda.h"
#include "sim/kernel/component.h"
#include "sim/kernel/ports.h"
#include "sim/mapping/capabilities.h"

namespace subvolt::mem {

// The on-chip part: queue, command scheduler, PHY's digital side.
class DramController : public kernel::Component {
 public:
  DramController(sc_core::sc_module_name name, const DramControllerConfig& config, kernel::Environment& environment);
  static std::vector<power::EventDeclaration> events();

  std::int64_t enter() { return ready_at(); }  // edge of a request's arrival
  std::int64_t command_ps(std::int64_t enter_ps) const;
  std::int64_t answer_ps(std::int64_t data_end_ps) const;
  // A request was inside from `enter` to `answer`.
  void serve(std::int64_t enter_ps, std::int64_t answer_ps);

 private:
  DramControllerConfig config_;
};

class Dram : public kernel::Component, public kernel::HasPorts, public mapping::Memory {
 public:
  Dram(sc_core::sc_module_name name, const DramConfig& config, kernel::Environment& environment);
  static std::vector<power::EventDeclaration> events();

  kernel::Port* initiator_side(const std::string&) override { return nullptr; }
  kernel::Port* target_side(const std::string& port) override { return port.empty() ? &port_ : nullptr; }

  Bytes capacity() const override { return Bytes(device_.capacity()); }
  double cost_per_byte() const override { return config_.cost_per_byte; }
  double bytes_per_cycle() const override { return config_.bytes_per_cycle; }
  bool off_chip() const override { return true; }

  void settle() override;
  // Every DRAM command, for tests and waveforms.
  void on_command(std::function<void(const DramCommand&)> listener) { channel_.on_command(std::move(listener)); }
  const DramTiming& timing() const { return channel_.timing(); }

 private:
  void arrive(kernel::Payload& payload);
  void start(kernel::Payload& payload);
  std::int64_t schedule(const kernel::Payload& payload, std::int64_t begin_ps);  // end of its data
  void answer();                                                                 // process

  DramConfig config_;
  DramDeviceConfig device_;
  DramAddressMap map_;
  DramChannel channel_;
  DramController controller_;
  kernel::TargetPort port_;
  int in_flight_ = 0;
  kernel::Payload* waiting_ = nullptr;  // arrived while the queue was full
  kernel::Agenda<kernel::Payload*> answers_;
};

}  // namespace subvolt::mem
