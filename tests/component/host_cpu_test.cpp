// Does the host run a program in the cycles that its data sheet promises, and sleep while the NPU works?
#include "models/hw/host_cpu/host_cpu.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "sim/config/error.h"
#include "sim/network/operator.h"
#include "tests/component/simple_target.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"

namespace subvolt {
namespace {

using mapping::LayerProgram;
using test::in_child;
using test::kCycle;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr mapping::Address kDoorbell = 0x4000'0000;

LayerProgram on_npu() {
  LayerProgram layer;
  layer.runs = LayerProgram::Runs::kOnAccelerator;
  return layer;
}
LayerProgram view() {
  LayerProgram layer;
  layer.runs = LayerProgram::Runs::kNowhere;
  return layer;
}
LayerProgram on_host(const std::string& op, std::int64_t operations, std::vector<mapping::Block> reads,
                     std::vector<mapping::Block> writes) {
  LayerProgram layer;
  layer.runs = LayerProgram::Runs::kOnHost;
  layer.host = {op, operations, std::move(reads), std::move(writes), {}};
  return layer;
}

// A host at a target that answers after 10 cycles and, as an NPU, raises the interrupt `npu_time` after a write
// to the doorbell, in cycles or whatever `unit` says.
struct HostBench {
  explicit HostBench(const std::string& host_yaml, std::int64_t npu_time = 1000,
                     const test::TestEnvironment::Options& options = {}, Picoseconds unit = kCycle)
      : environment(options),
        host("cpu", hw::HostCpuConfig::schema().read(test::yaml(host_yaml)), environment),
        target("target", 10 * kCycle) {
    dynamic_cast<kernel::InitiatorPort*>(host.initiator_side(""))->socket.bind(target.port.socket);
    interrupt.bind(*dynamic_cast<kernel::InterruptIn*>(host.target_side("irq")));
    target.on_request = [this, npu_time, unit](const test::SimpleTarget::Request& request) {
      if (request.address == kDoorbell) raise_.notify(kernel::to_sc_time(npu_time * unit));
    };
    sc_core::sc_spawn_options spawn;
    spawn.spawn_method();
    spawn.dont_initialize();
    spawn.set_sensitivity(&raise_);
    sc_core::sc_spawn([this] { interrupt.raise(); }, "raise", &spawn);
    environment.recorder().on_task(
        [this](const power::Task& task) { layers.emplace_back(task.layer, kernel::time_now() / kCycle); });
  }
  void run(mapping::Program program) {
    for (std::size_t l = 0; l < program.layers.size(); ++l) program.layers[l].layer = static_cast<std::int32_t>(l);
    host.load_program(&program, {{"", kDoorbell}});
    sc_core::sc_start();
    record = environment.finish();
  }

  test::TestEnvironment environment;
  hw::HostCpu host;
  test::SimpleTarget target;
  kernel::InterruptOut interrupt;
  std::vector<std::pair<int, std::int64_t>> layers;  // layer and cycle at which it began
  power::ActivityRecord record;

 private:
  sc_core::sc_event raise_;
};

TEST(HostCpu, RunsAllKindsOfLayersInExactTime) {
  in_child([] {
    mapping::Program program;
    program.layers.push_back(on_npu());
    program.layers.push_back(view());
    mapping::Block block;
    block.base = 0x2000'0010;
    block.row_bytes = 80;  // from 0x10 on: bursts of 16, 32 and 32 bytes
    program.layers.push_back(on_host("average_pool", 33, {block}, {block}));
    program.layers.push_back(on_npu());

    HostBench bench("{operators: {average_pool: 2.5}}");
    bench.run(program);
    // NPU layer: 200 of set-up, at the doorbell; 1000 later the interrupt; 80 of handler: 1280.
    // Host layer: 3 reads of 10 cycles, ceil(33 x 2.5) = 83, 3 writes of 10: 143.
    EXPECT_THAT(bench.layers, ElementsAre(std::pair(0, 0), std::pair(2, 1280), std::pair(3, 1280 + 143)));
    EXPECT_EQ(bench.record.total_time, (1280 + 143 + 1280) * kCycle);
    // Busy but for the sleep from the doorbell's answer (10 cycles after it) to the interrupt.
    const std::int64_t busy = 2 * (200 + 10 + 80) + 143;
    EXPECT_EQ(test::events(bench.record, "cpu.cycle"), busy);
    std::int64_t edges = 0;
    for (const auto& epoch : bench.record.epochs) {
      edges += epoch.clock_cycles[0];
      EXPECT_EQ(test::events(bench.record, epoch, "cpu.cycle"), epoch.clock_cycles[0]);
    }
    EXPECT_EQ(edges, busy);
  });
}

TEST(HostCpu, DoorbellIsTheLayersIndexInLittleEndian) {
  in_child([] {
    mapping::Program program;
    for (int i = 0; i < 259; ++i) program.layers.push_back(i == 258 ? on_npu() : view());
    HostBench bench("{}");
    bench.run(program);
    ASSERT_EQ(bench.target.requests().size(), 1u);
    const auto& doorbell = bench.target.requests()[0];
    EXPECT_TRUE(doorbell.write);
    EXPECT_EQ(doorbell.address, kDoorbell);
    EXPECT_THAT(doorbell.data, ElementsAre(2, 1, 0, 0));
  });
}

TEST(HostCpu, ReadsRowsAndPlanesInBursts) {
  in_child([] {
    mapping::Block block;
    block.base = 0x100;
    block.row_bytes = 40;
    block.rows = 2;
    block.row_stride = 64;
    block.planes = 2;
    block.plane_stride = 0x1000;
    mapping::Program program;
    program.layers.push_back(on_host("max_pool", 0, {block}, {}));
    HostBench bench("{}");
    bench.run(program);
    std::vector<std::pair<std::uint64_t, std::int64_t>> seen;
    for (const auto& r : bench.target.requests()) seen.emplace_back(r.address, r.bytes);
    const auto at = [](std::uint64_t address, std::int64_t bytes) { return std::pair(address, bytes); };
    EXPECT_THAT(seen, ElementsAre(at(0x100, 32), at(0x120, 8), at(0x140, 32), at(0x160, 8), at(0x1100, 32),
                                  at(0x1120, 8), at(0x1140, 32), at(0x1160, 8)));
  });
}

TEST(HostCpu, InterruptBeforeTheDoorbellsAnswerIsNotLost) {
  in_child([] {
    mapping::Program program;
    program.layers = {on_npu(), on_npu()};
    HostBench bench("{}", 3);  // the doorbell is answered after 10
    bench.run(program);
    EXPECT_THAT(bench.layers, ElementsAre(std::pair(0, 0), std::pair(1, 290)));
    EXPECT_EQ(bench.record.total_time, 580 * kCycle);
    EXPECT_EQ(test::events(bench.record, "cpu.cycle"), 580);
  });
}

TEST(HostCpu, WakesFromPowerDownForTheInterrupt) {
  in_child([] {
    test::TestEnvironment::Options options;
    options.power_domain = test::can_sleep(50 * kCycle);
    HostBench bench("{}", 1000, options);
    sc_core::sc_spawn([&] {
      sc_core::wait(kernel::to_sc_time(300 * kCycle));
      bench.environment.power_domain().descend_after(0, power::PowerState::kOff);
    });
    mapping::Program program;
    program.layers = {on_npu()};
    bench.run(program);
    EXPECT_THAT(bench.layers, ElementsAre(std::pair(0, 0)));
    EXPECT_EQ(bench.record.total_time, (200 + 1000 + 50 + 80) * kCycle);
    EXPECT_EQ(test::events(bench.record, "cpu.cycle"), 200 + 10 + 80);
  });
}

TEST(HostCpu, KeepsToItsClockAtAnOddFrequency) {
  in_child([] {
    test::TestEnvironment::Options options;
    options.frequency = Hertz(300'000'000);  // edges at floor(n x 10000 / 3) ps
    HostBench bench("{}", kCycle * 1000 + 1, options, 1);
    mapping::Program program;
    program.layers = {on_npu()};
    bench.run(program);
    // 200 cycles end at 666,666 ps; the doorbell's answer at 676,666 is taken at edge 203 (676,666); the
    // interrupt comes at 1,666,667 (a picosecond after edge 500), is seen at edge 501; 80 cycles later it is edge 581.
    EXPECT_EQ(bench.record.total_time, 1'936'666);
    EXPECT_EQ(test::events(bench.record, "cpu.cycle"), 200 + 3 + 80);
  });
}

TEST(HostCpu, OffersItsOperators) {
  in_child([] {
    HostBench bench("{}");
    std::set<std::string> names;
    for (const auto& [op, cost] : bench.host.host_capabilities().operators) {
      EXPECT_TRUE(names.insert(op).second) << op << " twice";
      EXPECT_GT(cost.operation + cost.result + cost.row, 0.0) << op;
    }
    // Types of their own where the arithmetic is another one, and no type that is as fast as int8.
    for (const char* op :
         {"average_pool", "conv2d", "conv2d.fp32", "softmax", "softmax.int16", "lstm", "gate", "rfft"}) {
      EXPECT_TRUE(names.count(op)) << op;
    }
    EXPECT_FALSE(names.count("transpose.fp32"));
    EXPECT_FALSE(names.count("custom"));
    // Every operator that somebody has to run.
    for (const network::OperatorDefinition* op : network::operators()) {
      const bool runs = op->form != network::Form::kState && op->name != "custom" && op->name != "if_";
      EXPECT_TRUE(!runs || names.count(op->name)) << op->name;
    }
    EXPECT_EQ(bench.host.host_capabilities().instance, "cpu");
  });
}

TEST(HostCpu, AddsUpThePartsOfALayersWork) {
  in_child([] {
    mapping::Program program;
    program.layers.push_back(on_host("lstm", 100, {}, {}));
    program.layers[0].host.also = {{"gate", 7}};
    HostBench bench("{operators: {lstm: 2.25, gate: 9.5}}");
    bench.run(program);
    EXPECT_EQ(test::events(bench.record, "cpu.cycle"), 292);  // ceil(225 + 66.5)
  });
}

std::string error_of(const std::string& host_yaml) {
  try {
    hw::HostCpuConfig::schema().read(test::yaml(host_yaml));
    return "";
  } catch (const Error& e) {
    return e.what();
  }
}

TEST(HostCpu, ConfigurationErrorsAreLocated) {
  EXPECT_THAT(error_of("operators:\n  sofmax: 20"), HasSubstr("did you mean \"softmax\""));
  EXPECT_THAT(error_of("operators:\n  softmax: 0"), HasSubstr("test:4:14"));
  EXPECT_THAT(error_of("{burst: 24 B}"), HasSubstr("power of two"));
  EXPECT_THAT(error_of("{layer_setup: 5 ns}"), HasSubstr("layer_setup"));
}

TEST(HostCpu, AnErrorFromTheBusEndsTheSimulationWithTheAddress) {
  in_child([] {
    test::TestEnvironment environment;
    hw::HostCpu host("cpu", {}, environment);
    kernel::TargetPort target("target", [&](kernel::Payload& payload) {
      payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
      target.accept(payload);
      target.respond(payload);
    });
    dynamic_cast<kernel::InitiatorPort*>(host.initiator_side(""))->socket.bind(target.socket);
    mapping::Program program;
    program.layers = {on_npu()};
    host.target_side("irq");
    host.load_program(&program, {{"", 0xdead0}});
    try {
      sc_core::sc_start();
      ADD_FAILURE() << "the error went unnoticed";
    } catch (const std::exception& e) {
      EXPECT_THAT(e.what(), HasSubstr("0xdead0"));
    }
  });
}

}  // namespace
}  // namespace subvolt
