// Does the dot-product engine, timed by the answers at its port, keep the recurrence's times, move all bytes once and
// account for every cycle?
#include "models/hw/dot_product/dot_product.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "models/mem/simple_memory/simple_memory.h"
#include "tests/support/simple_memory.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"
#include "tests/support/traffic.h"

namespace subvolt::hw {
namespace {

using mapping::DotProductLayer;
using mapping::DotProductMachine;
using mapping::DotProductRun;
using mapping::DotProductStart;

constexpr const char* kEngine = "{buffer: {size: 128 KiB, banks: 32, word: 8 B}}";

// Of a dense convolution whose tensors lie one behind the other.
DotProductStart start_of(const DotProductLayer& l, const DotProductMachine& m, mapping::Address base) {
  const auto image = [&](mapping::Address at, std::int64_t pixels, std::int64_t channels, std::int64_t line,
                         mapping::Block& full, mapping::Block& rest) {
    const std::int64_t planes = channels / m.channels, left = channels % m.channels;
    if (planes > 0) full = {at, line * m.channels, pixels / line, line * m.channels, planes, pixels * m.channels};
    const auto behind = static_cast<mapping::Address>(planes * m.channels * pixels);
    if (left > 0) rest = {at + behind, line * left, pixels / line, line * left, 1, 0};
  };
  DotProductStart start;
  start.layer = l;
  image(base, l.width * l.height, l.inputs, l.width, start.input, start.input_rest);
  base += static_cast<mapping::Address>(l.width * l.height * l.inputs);
  start.weights = {base, l.weight_bytes(), 1, 0, 1, 0};
  base += static_cast<mapping::Address>(l.weight_bytes());
  image(base, l.positions, l.kernels, l.positions, start.output, start.output_rest);
  start.rows.kernel = l.taps;
  start.columns.out = l.positions;
  return start;
}

std::vector<DotProductLayer> draw_layers(const DotProductMachine& m, int n, unsigned seed) {
  std::mt19937 random(seed);
  const auto draw = [&](int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  std::vector<DotProductLayer> layers;
  while (static_cast<int>(layers.size()) < n) {
    DotProductLayer l;
    const bool pixel = draw(1, 4) == 1;
    l.width = pixel ? 1 : draw(1, 20);
    l.height = pixel ? 1 : draw(1, 10);
    l.inputs = draw(1, 3) == 1 ? 8 * draw(1, 12) : draw(1, 90);
    l.kernels = draw(1, 60);
    l.taps = draw(1, 9);
    l.positions = draw(1, 120);
    l.weight_banks = mapping::weight_banks_for(m, l);
    layers.push_back(l);
  }
  return layers;
}

// Rings one layer after the other.
class Ringer : public sc_core::sc_module {
 public:
  Ringer(sc_core::sc_module_name name, int layers)
      : sc_module(name),
        port("port", [](kernel::Payload& payload) { payload.release(); }),
        layers_(layers),
        timer_([this] { ring(); }) {
    irq.on_raised([this] {
      irq.take();
      done.push_back(kernel::time_now());
      if (next_ < layers_) timer_.at(kernel::time_now() + 3 * test::kCycle);
    });
    timer_.at(test::kCycle);
  }
  kernel::InitiatorPort port;
  kernel::InterruptIn irq;
  std::vector<Picoseconds> rung, done;

 private:
  void ring() {
    kernel::Payload& payload = pool_.acquire(tlm::TLM_WRITE_COMMAND, 0, 4, next_);
    for (int byte = 0; byte < 4; ++byte) number_[byte] = static_cast<unsigned char>(next_ >> (8 * byte));
    payload.set_data_ptr(number_);
    rung.push_back(kernel::time_now());
    ++next_;
    port.send(payload);
  }
  int layers_, next_ = 0;
  unsigned char number_[4] = {};
  kernel::PayloadPool pool_;
  kernel::Timer timer_;
};

template <class MemoryModel>
struct EngineBench {
  template <class... Arguments>
  EngineBench(test::TestEnvironment& environment, std::vector<std::vector<DotProductStart>> all,
              Arguments&&... arguments)
      : engine("npu", DotProductConfig::schema().read(test::yaml(kEngine)), environment),
        memory("memory", std::forward<Arguments>(arguments)...),
        ringer("ringer", static_cast<int>(all.size())) {
    const DotProductMachine machine = DotProductConfig::schema().read(test::yaml(kEngine)).machine();
    for (const std::vector<DotProductStart>& starts : all) {
      environment.recorder().add_task(0, static_cast<int>(program.layers.size()));
      mapping::LayerProgram& layer = program.layers.emplace_back();
      for (const DotProductStart& start : starts) mapping::append_start(start, machine, layer.commands);
    }
    engine.load_program(&program);
    engine.observe([this](const DotProductRun& run) { ends.push_back(run.end()); });
    ringer.port.bind(dynamic_cast<kernel::TargetPort&>(*engine.target_side("control")));
    dynamic_cast<kernel::InterruptOut&>(*engine.initiator_side("irq")).bind(ringer.irq);
  }
  void connect(kernel::TargetPort& port) {
    dynamic_cast<kernel::InitiatorPort&>(*engine.initiator_side("dma")).bind(port);
  }
  DotProduct engine;
  MemoryModel memory;
  Ringer ringer;
  mapping::Program program;
  std::vector<std::int64_t> ends;
};

void expect_all_accounted(const power::ActivityRecord& record, std::int64_t cycles) {
  EXPECT_EQ(test::events(record, "npu.accelerator_cycles"), cycles);
  std::int64_t sum = 0;
  for (const char* fact : {"compute_cycles", "stall_load_cycles", "stall_vector_cycles", "stall_store_cycles",
                           "stall_control_cycles", "stall_power_cycles", "weight_cycles", "drain_cycles"}) {
    const std::int64_t n = test::events(record, std::string("npu.") + fact);
    EXPECT_GE(n, 0) << fact;
    sum += n;
  }
  EXPECT_EQ(sum, cycles);
}

TEST(DotProduct, KeepsTheRecurrenceWhateverTheMemory) {
  for (const auto& [latency, rate] : {std::pair(32, 1), std::pair(1, 1), std::pair(128, 2), std::pair(500, 3)}) {
    test::in_child([latency = latency, rate = rate] {
      const DotProductMachine m = DotProductConfig::schema().read(test::yaml(kEngine)).machine();
      const std::vector<DotProductLayer> layers = draw_layers(m, 60, static_cast<unsigned>(latency));
      std::vector<std::vector<DotProductStart>> starts;
      std::vector<std::int64_t> expected;
      std::int64_t read = 0, written = 0, macs = 0, compute = 0, cycles = 0;
      for (const DotProductLayer& l : layers) {
        starts.push_back({start_of(l, m, 4096)});
        expected.push_back(mapping::run_dot_product(m, l, {static_cast<double>(rate), latency}).end());
        read += l.width * l.height * l.inputs;
        for (const mapping::Block& block : starts.back().front().weights_read(m)) read += block.bytes();
        written += l.positions * l.kernels;
        macs += l.macs();
        compute += l.array_cycles(m);
        cycles += expected.back();
      }
      test::TestEnvironment environment;
      const std::string keys =
          "{size: 16 MiB, latency: " + std::to_string(latency) + ", cycles_per_beat: " + std::to_string(rate) + "}";
      EngineBench<mem::SimpleMemory> bench(environment, starts,
                                           mem::SimpleMemoryConfig::schema().read(test::yaml(keys)), environment);
      bench.connect(dynamic_cast<kernel::TargetPort&>(*bench.memory.target_side("")));
      sc_core::sc_start();
      EXPECT_EQ(bench.ends, expected);
      for (std::size_t l = 0; l < layers.size(); ++l) {
        EXPECT_EQ(bench.ringer.done[l] - bench.ringer.rung[l], expected[l] * test::kCycle) << "layer " << l;
      }
      const power::ActivityRecord record = environment.finish();
      EXPECT_EQ(test::events(record, "memory.read_B"), read);
      EXPECT_EQ(test::events(record, "npu.dma.read_B"), read);
      EXPECT_EQ(test::events(record, "npu.buffer.write_B"), read);
      EXPECT_EQ(test::events(record, "memory.write_B"), written);
      EXPECT_EQ(test::events(record, "npu.dma.write_B"), written);
      EXPECT_EQ(test::events(record, "npu.array.mac_int8"), macs);
      EXPECT_EQ(test::events(record, "npu.output.output_operation"), written);
      EXPECT_EQ(test::events(record, "npu.compute_cycles"), compute);
      expect_all_accounted(record, cycles);
    });
  }
}

TEST(DotProduct, RunsHardwareLayersOneAfterTheOther) {
  test::in_child([] {
    const DotProductMachine m = DotProductConfig::schema().read(test::yaml(kEngine)).machine();
    std::vector<DotProductStart> starts;
    std::int64_t cycles = 0;
    for (const DotProductLayer& l : draw_layers(m, 5, 3)) {
      starts.push_back(start_of(l, m, 0));
      cycles += mapping::run_dot_product(m, l, {1.0, 20}).end();
    }
    test::TestEnvironment environment;
    EngineBench<mem::SimpleMemory> bench(
        environment, {starts}, mem::SimpleMemoryConfig::schema().read(test::yaml("{size: 1 MiB, latency: 20}")),
        environment);
    bench.connect(dynamic_cast<kernel::TargetPort&>(*bench.memory.target_side("")));
    sc_core::sc_start();
    EXPECT_EQ(bench.ends.size(), 5u);
    EXPECT_EQ(bench.ringer.done.front() - bench.ringer.rung.front(), cycles * test::kCycle);
    expect_all_accounted(environment.finish(), cycles);
  });
}

// A memory that knows of no beats answers a request as a whole; every byte is read and written once all the same.
TEST(DotProduct, WorksWithAMemoryThatKnowsOfNoBeats) {
  test::in_child([] {
    const DotProductMachine m = DotProductConfig::schema().read(test::yaml(kEngine)).machine();
    DotProductLayer l;
    l.width = 6;
    l.height = 5;
    l.inputs = 19;
    l.kernels = 11;
    l.taps = 9;
    l.positions = 30;
    l.weight_banks = mapping::weight_banks_for(m, l);
    test::TestEnvironment environment;
    EngineBench<test::SimpleMemory> bench(environment, {{start_of(l, m, 0)}}, 40'000);
    bench.connect(bench.memory.port);
    sc_core::sc_start();
    ASSERT_EQ(bench.ringer.done.size(), 1u);
    const std::int64_t input = 30 * 19, weights = 11 * 19 * 9, output = 30 * 11;
    std::vector<std::uint64_t> read, written;
    for (std::int64_t b = 0; b < input + weights + output; ++b) {
      (b < input + weights ? read : written).push_back(static_cast<std::uint64_t>(b));
    }
    const std::multiset<std::uint64_t> touched = bench.memory.touched(false);
    EXPECT_THAT(std::set<std::uint64_t>(touched.begin(), touched.end()), testing::ElementsAreArray(read));
    EXPECT_THAT(bench.memory.touched(true), testing::ElementsAreArray(written));
    expect_all_accounted(environment.finish(), (bench.ringer.done.front() - bench.ringer.rung.front()) / test::kCycle);
  });
}

// Pieces of requests would make the next ones shorter, and those the next.
TEST(DotProduct, RequestsThatAreAnsweredWholeGoOutWhole) {
  test::in_child([] {
    const DotProductMachine m = DotProductConfig::schema().read(test::yaml(kEngine)).machine();
    DotProductLayer l;
    l.inputs = 1000;
    l.kernels = 100;
    l.weight_banks = mapping::weight_banks_for(m, l);
    test::TestEnvironment environment;
    EngineBench<test::SimpleMemory> bench(environment, {{start_of(l, m, 0)}}, 700'000);
    bench.connect(bench.memory.port);
    sc_core::sc_start();
    const std::int64_t beats = l.input_beats(m) + l.weight_beats(m);
    const std::int64_t writes = l.groups(m);
    const std::int64_t reads = test::events(environment.finish(), "npu.dma.requests") - writes;
    EXPECT_GT(beats, 8 * m.reads_in_flight) << "most of them wait for answers";
    // Those of input and weights in turn, before the first answer, are of one beat each.
    EXPECT_LE(reads, m.reads_in_flight + ceil_div(beats, m.burst_beats) * 5 / 4);
  });
}

TEST(DotProduct, AMemoryAtAnotherClockIsAsSlowAsThat) {
  test::in_child([] {
    const DotProductMachine m = DotProductConfig::schema().read(test::yaml(kEngine)).machine();
    const DotProductLayer l = draw_layers(m, 1, 11).front();
    test::TestEnvironment environment;  // 1 GHz
    environment.set_clock("memory", Hertz(250'000'000));
    EngineBench<mem::SimpleMemory> bench(
        environment, {{start_of(l, m, 0)}},
        mem::SimpleMemoryConfig::schema().read(test::yaml("{size: 1 MiB, latency: 8}")), environment);
    bench.connect(dynamic_cast<kernel::TargetPort&>(*bench.memory.target_side("")));
    sc_core::sc_start();
    // As one of its own clock with four times the latency and a beat every four cycles, but for the edges between.
    EXPECT_NEAR(static_cast<double>(bench.ends.at(0)),
                static_cast<double>(mapping::run_dot_product(m, l, {4.0, 32}).end()), 8.0);
  });
}

}  // namespace
}  // namespace subvolt::hw
