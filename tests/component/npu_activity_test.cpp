// Are the NPU's counts exactly what its commands amount to, at either fidelity, for programs of all shapes?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/support/npu_bench.h"
#include "tests/support/simulate.h"

namespace subvolt::test {
namespace {

using mapping::Buffer;

class Random {
 public:
  explicit Random(unsigned seed) : generator_(seed) {}
  std::int64_t operator()(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(generator_() % static_cast<std::uint32_t>(high - low + 1));
  }

 private:
  std::mt19937 generator_;
};

// Layers of tiles in load, compute, vector, store order, single- or double-buffered, with random shapes.
mapping::Program random_program(unsigned seed) {
  Random random(seed);
  std::vector<std::vector<mapping::Command>> layers;
  for (std::int64_t l = random(1, 4); l > 0; --l) {
    std::vector<mapping::Command> commands;
    const int tiles = static_cast<int>(random(0, 6));
    const int depth = static_cast<int>(random(1, 2));
    std::vector<std::int32_t> computed, stored;
    for (int t = 0; t < tiles; ++t) {
      const auto add = [&](mapping::Command c) {
        commands.push_back(std::move(c));
        return static_cast<std::int32_t>(commands.size()) - 1;
      };
      std::vector<std::int32_t> freed;
      if (t >= depth) freed.push_back(computed[static_cast<std::size_t>(t - depth)]);
      const std::int64_t row = random(1, 90);
      const std::int32_t input = add(load(
          Buffer::kInput,
          {static_cast<mapping::Address>(random(0, 9999)), row, random(1, 9), row + random(0, 40), random(1, 3), 2000},
          freed));
      const std::int32_t weight = add(load(Buffer::kWeight, run(0x10000, random(0, 500)), freed));
      std::vector<std::int32_t> needed = {input, weight};
      if (t >= depth) needed.push_back(stored[static_cast<std::size_t>(t - depth)]);
      const mapping::TileWork work{random(1, 40), random(1, 12), random(1, 12), random(1, 3), random(0, 1) == 1};
      computed.push_back(add(compute(work, needed, random(0, 1) ? "weight_stationary" : "output_stationary")));
      const auto op = static_cast<mapping::VectorOperator>(random(0, 5));
      const std::int32_t finished = add(vector({op, random(1, 200), random(1, 9)}, {computed.back()}));
      stored.push_back(add(store(run(0x20000, random(1, 300)), {finished})));
    }
    layers.push_back(std::move(commands));
  }
  return program(std::move(layers));
}

// Everything that a program should leave in the counters.
std::map<std::string, std::int64_t> planned(const NpuBench& bench) {
  std::map<std::string, std::int64_t> sums;
  const mapping::NpuCapabilities npu = bench.npu.npu_capabilities();
  const auto access = [&](const std::string& buffer, const char* event, std::int64_t bytes) {
    const std::int64_t word = buffer == "output" ? 32 : 8;
    sums["npu." + buffer + "_buffer." + event] += ceil_div(bytes, word);
    sums["npu." + buffer + "_buffer." + event + "_B"] += bytes;
  };
  for (const mapping::LayerProgram& layer : bench.program.layers) {
    for (const mapping::Command& command : layer.commands) {
      ++sums["npu.sequencer.command"];
      if (const auto* l = std::get_if<mapping::Load>(&command.what)) {
        sums["npu.dma.byte"] += l->from.bytes();
        sums["npu.dma.read_B"] += l->from.bytes();
        access(l->buffer == Buffer::kInput ? "input" : "weight", "write", l->from.bytes());
      } else if (const auto* c = std::get_if<mapping::Compute>(&command.what)) {
        const mapping::TileActivity a = c->style->timing(c->tile);
        sums["npu.compute_cycles"] += a.cycles.value();
        sums["npu.array.mac_int8"] += c->tile.macs();
        sums["npu.array.register_byte"] += a.register_writes;
        access("input", "read", a.input_bytes_read);
        access("weight", "read", a.weight_bytes_read);
        access("output", "read", a.psum_bytes_read);
        access("output", "write", a.psum_bytes_written);
      } else if (const auto* v = std::get_if<mapping::Vector>(&command.what)) {
        const mapping::VectorActivity a = mapping::vector_timing(npu.vector, v->work);
        sums["npu.vector_cycles"] += a.cycles.value();
        sums["npu.vector.lane_operation"] += a.lane_operations;
        access("output", "read", a.bytes_read);
        access("output", "write", a.bytes_written);
      } else {
        const std::int64_t bytes = std::get<mapping::Store>(command.what).to.bytes();
        sums["npu.dma.byte"] += bytes;
        sums["npu.dma.write_B"] += bytes;
        access("output", "read", bytes);
      }
    }
  }
  return sums;
}

class NpuActivity : public testing::TestWithParam<unsigned> {};

TEST_P(NpuActivity, IsTheSumOfItsCommands) {
  in_child([] {
    NpuBench::Options options;
    options.latency = 3'000 + 7'100 * (GetParam() % 5);
    options.accept = 900 * (GetParam() % 3);
    options.environment.window = 250'000;  // epochs cut through everything
    NpuBench bench(options, random_program(GetParam()));
    bench.simulate();
    for (const auto& [account, sum] : planned(bench)) EXPECT_EQ(bench.events(account), sum) << account;
    EXPECT_EQ(bench.memory.bytes(false), bench.events("npu.dma.read_B"));
    EXPECT_EQ(bench.memory.bytes(true), bench.events("npu.dma.write_B"));
    EXPECT_LE(bench.memory.most_in_flight(), 8);
    std::int64_t cycles = 0;
    for (std::size_t l = 0; l < bench.program.layers.size(); ++l) cycles += bench.cycles(static_cast<int>(l));
    EXPECT_EQ(bench.attributed(), cycles);
  });
}

TEST_P(NpuActivity, RespectsOrderAndTokens) {
  in_child([] {
    NpuBench::Options options;
    options.latency = 40'000;
    NpuBench bench(options, random_program(GetParam()));
    bench.simulate();
    for (std::size_t l = 0; l < bench.program.layers.size(); ++l) {
      const int layer = static_cast<int>(l);
      const auto& commands = bench.program.layers[l].commands;
      std::map<mapping::Engine, std::pair<std::int64_t, std::int64_t>> last;
      for (std::size_t c = 0; c < commands.size(); ++c) {
        const auto span = bench.span(layer, static_cast<int>(c));
        const mapping::Engine engine = commands[c].engine();
        for (const std::int32_t before : commands[c].after) EXPECT_GE(span.first, bench.span(layer, before).second);
        // Issued: the first edge after the doorbell is the doorbell's own or the next.
        const std::int64_t rung = ceil_div(bench.host.rung[l], 1000);
        EXPECT_GE(span.first, rung + 4 * (static_cast<std::int64_t>(c) + 1));
        const auto previous = last.find(engine);
        if (previous != last.end()) {
          // The DMA overlaps latencies of its own channel; the other engines work on one command at a time.
          const bool dma = engine == mapping::Engine::kLoad || engine == mapping::Engine::kStore;
          EXPECT_GE(span.first, dma ? previous->second.first : previous->second.second);
        }
        last[engine] = span;
      }
    }
  });
}

TEST_P(NpuActivity, IsTheSameClockByClock) {
  const auto run_at = [](kernel::Fidelity fidelity) {
    return simulate([fidelity] {
      NpuBench::Options options;
      options.environment.fidelity = fidelity;
      NpuBench bench(options, random_program(GetParam()));
      bench.simulate();
      std::vector<std::int64_t> numbers;
      for (const auto& [key, span] : bench.spans) {
        numbers.push_back(span.begin);
        numbers.push_back(span.end);
      }
      for (const power::ComponentDeclaration& c : bench.record.components) {
        for (const power::EventDeclaration& e : c.events) numbers.push_back(bench.events(c.name + "." + e.name));
      }
      return numbers;
    });
  };
  const std::vector<std::int64_t> closed = run_at(kernel::Fidelity::kBurst);
  EXPECT_FALSE(closed.empty());
  EXPECT_EQ(closed, run_at(kernel::Fidelity::kCycle));
}

INSTANTIATE_TEST_SUITE_P(Programs, NpuActivity, testing::Range(1U, 13U));

TEST(NpuClocks, RunOnlyWhileTheirUnitWorks) {
  in_child([] {
    NpuBench bench({}, random_program(3));
    bench.simulate();
    std::map<std::string, std::int64_t> edges;
    for (const power::Epoch& epoch : bench.record.epochs) {
      for (std::size_t c = 0; c < bench.record.components.size(); ++c) {
        edges[bench.record.components[c].name] += epoch.clock_cycles[c];
      }
    }
    EXPECT_EQ(edges["npu.array"], bench.events("npu.compute_cycles"));
    EXPECT_EQ(edges["npu.vector"], bench.events("npu.vector_cycles"));
    EXPECT_EQ(edges["npu.sequencer"], bench.attributed());
    EXPECT_GE(edges["npu.dma"], std::max(bench.events("npu.load_cycles"), bench.events("npu.store_cycles")));
    EXPECT_LE(edges["npu.dma"], bench.events("npu.load_cycles") + bench.events("npu.store_cycles"));
    EXPECT_GE(edges["npu.output_buffer"], edges["npu.array"]);
  });
}

TEST(NpuClocks, RunAllTheTimeWithoutGatingOfIdleUnits) {
  in_child([] {
    NpuBench::Options options;
    options.environment.power_domain.gate_idle_units = false;
    options.environment.window = 50'000;  // epochs end in the middle of everything
    NpuBench bench(options, random_program(3));
    bench.simulate();
    for (const power::Epoch& epoch : bench.record.epochs) {
      const kernel::ClockDomain& clock = bench.environment.clock();
      const std::int64_t all = clock.edges_before(epoch.end) - clock.edges_before(epoch.begin);
      EXPECT_THAT(epoch.clock_cycles, testing::Each(all));
    }
  });
}

}  // namespace
}  // namespace subvolt::test
