// The DMA engine: a load and a store channel that share one bus port.
//
// Parameters: see DmaConfig. Port: port() (initiator, TLM-2.0 base protocol; bus addresses are absolute).
//
// Timing (its clock). A block is cut into bursts (burst_cutter.h). One request goes out per cycle as long as
// fewer than `outstanding` bursts of both channels together are unanswered and the bus has taken the last
// request; when both channels have one, they take turns. A channel takes its next command once all requests of
// the last one are out, so that memory latency overlaps. A command is done at the first clock edge at or after
// its last answer. Data is packed on the way, so a command of n bytes accesses ceil(n / word) words of its
// buffer. Everything is counted as the answers arrive.
//
// Event: byte (price dma.byte; every byte moved, in either direction). Facts without a price: read_B, write_B,
// bursts.
//
// Errors: an answer other than TLM_OK_RESPONSE throws Error(kInternal) naming address and answer: the mapper
// placed data where there is no memory.
#pragma once

#include <cstdint>
#include <vector>

#include "models/hw/npu/engine_unit.h"
#include "models/hw/npu/sram_buffer.h"
#include "sim/kernel/ports.h"
#include "sim/mapping/program/burst_cutter.h"
#include "sim/units/picoseconds.h"

namespace subvolt::hw {

struct DmaConfig {
  Bytes burst{256};
  int outstanding = 8;
  static const config::Schema<DmaConfig>& schema();
};

class Dma : public kernel::Component, public EngineUnit {
 public:
  Dma(sc_core::sc_module_name name, const DmaConfig& config, kernel::Environment& environment, SramBuffer& input,
      SramBuffer& weight, SramBuffer& output);
  static std::vector<power::EventDeclaration> events();

  kernel::InitiatorPort& port() { return port_; }

  bool free(mapping::Engine engine) const override { return channel(engine).transfer < 0; }
  void start(std::int32_t command, const mapping::Command& what, int task) override;
  void state(kernel::StateKey& key) const override;

 private:
  struct Transfer {
    std::int32_t command = -1;  // -1: this entry is unused
    int task = power::kNobody;
    mapping::BurstCutter bursts;
    SramBuffer* buffer = nullptr;
    bool write = false;  // to memory
    Picoseconds begin{};
    bool begun = false;
    int in_flight = 0;
    std::int64_t bytes = 0;  // answered
    std::int64_t words = 0;  // of the buffer, counted for them
    Picoseconds done{-1};    // the edge at which it is done; -1: not known yet
  };
  struct Channel {
    int transfer = -1;  // whose requests go out; index into transfers_
  };
  struct Flight {
    const kernel::Payload* payload = nullptr;
    int transfer = -1;
  };

  Channel& channel(mapping::Engine engine) { return channels_[engine == mapping::Engine::kStore ? 1 : 0]; }
  const Channel& channel(mapping::Engine engine) const { return channels_[engine == mapping::Engine::kStore ? 1 : 0]; }
  bool may_send(int channel) const;
  void step();  // everything the engine does of its own accord
  void complete();
  void begin(Channel& channel);
  void send(int channel);
  void settle_end(Transfer& transfer);
  void answered(kernel::Payload& payload);
  void pass_buffer(Transfer& transfer, std::int64_t bytes, bool last);
  void wake_at(Picoseconds ps);

  DmaConfig config_;
  SramBuffer* buffers_[3];  // by mapping::Buffer
  kernel::InitiatorPort port_;
  kernel::PayloadPool pool_;
  std::vector<Transfer> transfers_;
  Channel channels_[2];  // load, store
  std::vector<Flight> flights_;
  int in_flight_ = 0;
  int last_channel_ = 1;
  Picoseconds next_request_{};
  std::int64_t finishing_ = 0;  // transfers whose done is known
  kernel::Timer timer_;
};

}  // namespace subvolt::hw
