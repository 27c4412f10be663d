// On-chip SRAM: independent banks, words interleaved over them, one word per bank and cycle.
//
// Parameters: see SramConfig. Port: "" (target, TLM-2.0 base protocol, b_transport).
//
// Timing (cycles of its clock). A request for bytes [a, a + n) touches the words floor(a / word) ...
// floor((a + n - 1) / word); word i lies in bank i mod banks. It may begin at the first clock edge e at or
// after its arrival at which the power domain is ON. Each bank serves its words one per cycle, requests in
// order of arrival, banks independently of each other:
//   bank b with c_b > 0 words of the request:  begin_b = max(e, free_b),  free_b' = begin_b + c_b
//   answer at                                  max over those b of free_b'  + latency - 1
// so that an undisturbed request of w words takes ceil(w / banks) + latency - 1 cycles. The rest is waiting
// for banks: conflict_cycles. A request that touches memory outside of `size` gets an address error after
// `latency` cycles.
//
// Events: read, write (one word each; prices sram.read, sram.write with the attributes capacity_B, of one
// bank, and word_B). Facts without a price: read_B, write_B (bytes asked for), conflict_cycles.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/config/schema.h"
#include "sim/kernel/agenda.h"
#include "sim/kernel/component.h"
#include "sim/kernel/ports.h"
#include "sim/mapping/capabilities.h"

namespace subvolt::mem {

struct SramConfig {
  Bytes size;
  int banks = 4;
  Bytes word{8};
  Cycles latency{1};
  int outstanding = 8;
  double cost_per_byte = 1.0;             // the unit in which other memories are weighed
  std::optional<double> bytes_per_cycle;  // banks x word
  static const config::Schema<SramConfig>& schema();
};

class Sram : public kernel::Component, public kernel::HasPorts, public mapping::Memory {
 public:
  Sram(sc_core::sc_module_name name, const SramConfig& config, kernel::Environment& environment);
  static std::vector<power::EventDeclaration> events(const SramConfig& config);

  kernel::Port* initiator_side(const std::string&) override { return nullptr; }
  kernel::Port* target_side(const std::string& port) override { return port.empty() ? &port_ : nullptr; }

  Bytes capacity() const override { return config_.size; }
  double cost_per_byte() const override { return config_.cost_per_byte; }
  double bytes_per_cycle() const override;
  bool off_chip() const override { return false; }

 private:
  void arrive(kernel::Payload& payload);
  void start(kernel::Payload& payload);
  std::int64_t schedule(const kernel::Payload& payload, std::int64_t first_edge);  // edge of the answer
  void answer();                                                                   // process

  SramConfig config_;
  kernel::TargetPort port_;
  std::vector<std::int64_t> free_edge_;  // by bank: clock edge at which its next access may begin
  int in_flight_ = 0;
  kernel::Payload* waiting_ = nullptr;  // arrived while `outstanding` others were in flight
  kernel::Agenda<kernel::Payload*> answers_;
};

}  // namespace subvolt::mem
