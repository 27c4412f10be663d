// Does the simple memory answer after its latency and at its rate, whoever asks?
#include "models/mem/simple_memory/simple_memory.h"

#include <gtest/gtest.h>

#include "sim/kernel/beats.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"
#include "tests/support/traffic.h"

namespace subvolt::mem {
namespace {

using test::kCycle;
using test::TestEnvironment;
using test::Traffic;

struct SimpleMemoryBench {
  explicit SimpleMemoryBench(const std::string& keys)
      : memory("memory", SimpleMemoryConfig::schema().read(test::yaml(keys)), environment) {}
  void add(Traffic& traffic) { traffic.port.bind(dynamic_cast<kernel::TargetPort&>(*memory.target_side(""))); }
  TestEnvironment environment;  // 1 GHz
  SimpleMemory memory;
};

TEST(SimpleMemory, AnswersAfterItsLatencyAndAtItsRate) {
  test::in_child([] {
    SimpleMemoryBench bench("{size: 1 KiB, latency: 10, cycles_per_beat: 3}");
    Traffic traffic("traffic", {{0, false, 0, 8}, {0, false, 8, 8}, {100'500, false, 16, 20}, {104'000, true, 0, 64}});
    bench.add(traffic);
    sc_core::sc_start();
    EXPECT_EQ(traffic.answered(0), 10 * kCycle) << "a beat at 0 of an idle memory";
    EXPECT_EQ(traffic.answered(1), 13 * kCycle) << "the next is accepted three cycles later";
    EXPECT_EQ(traffic.answered(2), (101 + 2 * 3 + 10) * kCycle) << "three beats from the edge at 101 on";
    EXPECT_EQ(traffic.answered(3), 104 * kCycle) << "writes are free";
    const auto record = bench.environment.finish();
    EXPECT_EQ(test::events(record, "memory.read_B"), 36);
    EXPECT_EQ(test::events(record, "memory.write_B"), 64);
    EXPECT_EQ(test::events(record, "memory.wait_cycles"), 3 + 3 + 6);
  });
}

TEST(SimpleMemory, ServesSeveralPortsThroughOneChannel) {
  test::in_child([] {
    SimpleMemoryBench bench("{size: 1 KiB, latency: 5, cycles_per_beat: 4}");
    Traffic one("one", {{0, false, 0, 8}}), other("other", {{1'000, false, 0, 8}});
    bench.add(one);
    bench.add(other);
    sc_core::sc_start();
    EXPECT_EQ(one.answered(0), 5 * kCycle);
    EXPECT_EQ(other.answered(0), 9 * kCycle);
  });
}

TEST(SimpleMemory, RefusesWhatLiesBeyondItsSize) {
  test::in_child([] {
    SimpleMemoryBench bench("{size: 64 B}");
    Traffic traffic("traffic", {{0, false, 64, 1}, {0, true, 60, 8}, {0, false, 56, 8}});
    bench.add(traffic);
    sc_core::sc_start();
    EXPECT_EQ(traffic.answers()[0].status, tlm::TLM_ADDRESS_ERROR_RESPONSE);
    EXPECT_EQ(traffic.answers()[1].status, tlm::TLM_ADDRESS_ERROR_RESPONSE);
    EXPECT_EQ(traffic.answers()[2].status, tlm::TLM_OK_RESPONSE);
  });
}

// A request with its beats, at a clock of its own.
TEST(SimpleMemory, SaysWhenEachBeatIsThere) {
  test::in_child([] {
    SimpleMemoryBench bench("{size: 1 KiB, latency: 10, cycles_per_beat: 2}");
    kernel::ClockDomain slow("slow", Hertz(250'000'000));
    kernel::Beats beats;
    beats.beats = 3;
    beats.clock = &slow;
    beats.first_edge = 5;
    beats.step = 1;
    kernel::PayloadPool pool;
    std::int64_t answered = -1;
    kernel::InitiatorPort port("port", [&](kernel::Payload& payload) {
      answered = kernel::time_now();
      payload.clear_extension<kernel::Beats>();
      payload.release();
    });
    port.bind(dynamic_cast<kernel::TargetPort&>(*bench.memory.target_side("")));
    kernel::Timer send([&] {
      kernel::Payload& payload = pool.acquire(tlm::TLM_READ_COMMAND, 0, 24);
      payload.set_extension(&beats);
      port.send(payload);
    });
    send.at(20 * kCycle);
    sc_core::sc_start();
    EXPECT_EQ(answered, 30 * kCycle) << "with the first beat";
    EXPECT_EQ(beats.answers, (std::vector<std::int64_t>{30, 34, 38})) << "asked for every four cycles";
  });
}

}  // namespace
}  // namespace subvolt::mem
