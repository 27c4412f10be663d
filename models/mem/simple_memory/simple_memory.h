// A memory that answers after a fixed time at a fixed rate, for measurements at a port: nothing but that is modelled.
//
// Parameters: see SimpleMemoryConfig. Ports: "" (target, TLM-2.0 base protocol; one per initiator).
//
// Timing (cycles of its clock). Reads of all ports pass one channel, in the order of their arrival. A read is cut into
// beats of `beat` bytes, the last one whatever it holds; beat j, asked for at the edge q_j (all at that of the request,
// unless the initiator says otherwise: kernel/beats.h),
//   is accepted at   a_j = max(q_j, a of the beat before + cycles_per_beat)
//   is there at      a_j + latency
// so a beat asked for at t of an idle memory is there at t + latency, and the next is accepted cycles_per_beat later.
// Any number of reads may wait. Writes are accepted and answered at once and disturb nothing. An access beyond `size`
// gets an address error at once.
//
// Events: none with a price: what stands behind the port is not said, so its energy is in no result. Facts: read_B,
// write_B, wait_cycles (for which beats waited for the one before).
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "sim/config/schema.h"
#include "sim/kernel/component.h"
#include "sim/kernel/ports.h"
#include "sim/mapping/capabilities.h"

namespace subvolt::mem {

struct SimpleMemoryConfig {
  Bytes size{0};
  std::int64_t latency = 32;  // cycles
  std::int64_t cycles_per_beat = 1;
  Bytes beat{8};
  double cost_per_byte = 1.0;
  static const config::Schema<SimpleMemoryConfig>& schema();
};

class SimpleMemory : public kernel::Component, public kernel::HasPorts, public mapping::Memory {
 public:
  SimpleMemory(sc_core::sc_module_name name, const SimpleMemoryConfig& config, kernel::Environment& environment);
  static std::vector<power::EventDeclaration> events();

  kernel::Port* initiator_side(const std::string&) override { return nullptr; }
  kernel::Port* target_side(const std::string& port) override;

  Bytes capacity() const override { return config_.size; }
  double cost_per_byte() const override { return config_.cost_per_byte; }
  std::vector<mapping::Passage> passages(bool write, const mapping::PointRates& at) const override;
  bool off_chip() const override { return false; }

  void state(kernel::StateKey& key) const override;

 private:
  struct Answer {
    std::int64_t at_ps;
    kernel::Payload* payload;
    kernel::TargetPort* port;
  };
  void request(std::size_t port, kernel::Payload& payload);
  // Returns the edge of the answer.
  std::int64_t read(kernel::Payload& payload, std::int64_t ready_ps);
  void answer();

  SimpleMemoryConfig config_;
  std::vector<std::unique_ptr<kernel::TargetPort>> ports_;
  std::int64_t free_edge_ = 0;  // the next beat is accepted
  std::deque<Answer> answers_;  // ascending
  kernel::Timer timer_;
};

}  // namespace subvolt::mem
