// An NPU with a simple memory and a host that does nothing but ring the doorbell: for programs made by hand.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/hw/npu/npu.h"
#include "sim/units/picoseconds.h"
#include "tests/support/simple_memory.h"
#include "tests/support/test_environment.h"

namespace subvolt::test {

// 4x4 array, 4 lanes, bursts of 64 B, commands issued every 4 cycles.
extern const char* const kSmallNpu;

// Commands, shortly.
mapping::Command load(mapping::Buffer buffer, mapping::Block from, std::vector<std::int32_t> after = {});
mapping::Command compute(mapping::TileWork work, std::vector<std::int32_t> after = {},
                         const std::string& style = "weight_stationary");
mapping::Command vector(mapping::VectorWork work, std::vector<std::int32_t> after = {});
mapping::Command store(mapping::Block to, std::vector<std::int32_t> after = {});
mapping::Block run(mapping::Address base, std::int64_t bytes);  // contiguous
mapping::Program program(std::vector<std::vector<mapping::Command>> layers);

// Writes the doorbell, layer after layer, each `gap` after the last interrupt.
class Ringer : public sc_core::sc_module {
 public:
  Ringer(sc_core::sc_module_name name, Picoseconds first, Picoseconds gap, int layers,
         kernel::ActivityRecorder& recorder);
  kernel::InitiatorPort port;
  kernel::InterruptIn irq;
  std::vector<Picoseconds> rung, interruptions;
  std::vector<tlm::tlm_response_status> answers;

 private:
  void ring();
  void interrupted();

  Picoseconds gap_;
  int layers_;
  int task_ = 0;
  kernel::ActivityRecorder& recorder_;
  kernel::PayloadPool pool_;
  unsigned char data_[4] = {};
  sc_core::sc_event ring_;
};

struct NpuBench {
  struct Options {
    TestEnvironment::Options environment;
    std::string npu = kSmallNpu;
    Picoseconds latency{20'000};                               // of the memory
    std::uint64_t memory = UINT64_MAX;                         // its size
    Picoseconds accept{};                                      // its request phase
    std::optional<kernel::PowerDomainSettings> buffer_domain;  // of the buffers, when not that of the rest
    Picoseconds doorbell{10'000};
    Picoseconds gap{5'000};
  };
  NpuBench(const Options& options, mapping::Program program);

  // Until the last interrupt, then ends the record, which must hold nothing impossible.
  void simulate();
  std::int64_t cycles(int layer) const;  // from doorbell to interrupt
  // {begin, end} of a command in cycles of a 1 GHz clock.
  std::pair<std::int64_t, std::int64_t> span(int layer, int command) const;
  std::int64_t events(const std::string& account) const { return test::events(record, account); }
  // Compute and stall cycles together.
  std::int64_t attributed() const;

  // The buffers may have a power domain of their own.
  class Environment : public TestEnvironment {
   public:
    explicit Environment(const NpuBench::Options& options);
    kernel::PowerDomain& power_domain_of(const std::string& component) override;
    std::unique_ptr<kernel::PowerDomain> buffers;
  };

  Environment environment;
  mapping::Program program;
  hw::Npu npu;
  SimpleMemory memory;
  Ringer host;
  std::map<std::pair<int, int>, hw::CommandSpan> spans;
  power::ActivityRecord record;
};

}  // namespace subvolt::test
