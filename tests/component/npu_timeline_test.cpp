// Does a program take the cycles that one computes by hand, and is each cycle explained once?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/npu_bench.h"
#include "tests/support/simulate.h"

namespace subvolt::test {
namespace {

using mapping::Buffer;
using mapping::VectorOperator;
using testing::Pair;

// 1 GHz; the doorbell rings at cycle 10, command i is issued at 10 + 4 (i + 1); memory answers after 20 cycles.
// A weight-stationary tile of one fold on the 4x4 array takes R + P + R + C - 2 = P + 10 cycles; requantising
// n outputs on 4 lanes takes n / 4 + 3.

constexpr mapping::TileWork kTile{16, 4, 4, 1, false};                          // 26 cycles
constexpr mapping::VectorWork kRequantize{VectorOperator::kRequantize, 64, 1};  // 19 cycles

TEST(NpuTimeline, OfOneTileIsLoadComputeVectorStore) {
  in_child([] {
    NpuBench bench({}, program({{load(Buffer::kInput, run(0, 256)), load(Buffer::kWeight, run(0x1000, 64)),
                                 compute(kTile, {0, 1}), vector(kRequantize, {2}), store(run(0x2000, 64), {3})}}));
    bench.simulate();
    EXPECT_THAT(bench.span(0, 0), Pair(14, 37));  // requests at 14 ... 17
    EXPECT_THAT(bench.span(0, 1), Pair(18, 38));
    EXPECT_THAT(bench.span(0, 2), Pair(38, 64));
    EXPECT_THAT(bench.span(0, 3), Pair(64, 83));
    EXPECT_THAT(bench.span(0, 4), Pair(83, 103));
    EXPECT_EQ(bench.cycles(0), 93);
    EXPECT_EQ(bench.events("npu.load_cycles"), 24);
    EXPECT_EQ(bench.events("npu.compute_cycles"), 26);
    EXPECT_EQ(bench.events("npu.vector_cycles"), 19);
    EXPECT_EQ(bench.events("npu.store_cycles"), 20);
    EXPECT_EQ(bench.events("npu.stall_control_cycles"), 4);
    EXPECT_EQ(bench.events("npu.stall_load_cycles"), 24);
    EXPECT_EQ(bench.events("npu.stall_vector_cycles"), 19);
    EXPECT_EQ(bench.events("npu.stall_store_cycles"), 20);
    EXPECT_EQ(bench.attributed(), 93);
  });
}

TEST(NpuTimeline, HidesTheLoadOfTheNextTileBehindTheComputingOfThisOne) {
  in_child([] {
    const mapping::TileWork tile{90, 4, 4, 1, false};  // 100 cycles
    NpuBench bench({}, program({{load(Buffer::kInput, run(0, 64)), load(Buffer::kInput, run(0x400, 384)),
                                 compute(tile, {0}), compute(tile, {1})}}));
    bench.simulate();
    EXPECT_THAT(bench.span(0, 0), Pair(14, 34));
    EXPECT_THAT(bench.span(0, 1), Pair(18, 43));  // within the first computation
    EXPECT_THAT(bench.span(0, 2), Pair(34, 134));
    EXPECT_THAT(bench.span(0, 3), Pair(134, 234));
    EXPECT_EQ(bench.events("npu.stall_load_cycles"), 20);
    EXPECT_EQ(bench.events("npu.stall_control_cycles"), 4);
  });
}

TEST(NpuTimeline, WaitsForTheLoadWhenSingleBuffered) {
  in_child([] {
    const mapping::TileWork tile{90, 4, 4, 1, false};
    NpuBench bench({}, program({{load(Buffer::kInput, run(0, 64)), compute(tile, {0}),
                                 load(Buffer::kInput, run(0x400, 384), {1}), compute(tile, {2})}}));
    bench.simulate();
    EXPECT_THAT(bench.span(0, 2), Pair(134, 134 + 5 + 20));
    EXPECT_THAT(bench.span(0, 3), Pair(159, 259));
    EXPECT_EQ(bench.events("npu.stall_load_cycles"), 20 + 25);
  });
}

TEST(NpuTimeline, SlowsTheArrayDownWhenItsBuffersCannotFeedIt) {
  in_child([] {
    NpuBench::Options options;
    options.npu = R"(
input_buffer: {size: 4 KiB, banks: 1, word: 1 B}
weight_buffer: {size: 4 KiB}
output_buffer: {size: 4 KiB, word: 32 B}
array: {rows: 4, columns: 4}
)";
    NpuBench bench(options, program({{compute(kTile)}}));
    bench.simulate();
    EXPECT_EQ(bench.events("npu.input_buffer.read_B"), 64);
    EXPECT_THAT(bench.span(0, 0), Pair(14, 14 + 64));
  });
}

TEST(NpuTimeline, GivesEachLayerItsOwnCycles) {
  in_child([] {
    NpuBench::Options options;
    options.doorbell = 10'300;
    options.gap = 7'777;
    NpuBench bench(options, program({{compute(kTile)}, {vector(kRequantize)}, {}}));
    bench.simulate();
    ASSERT_EQ(bench.host.interruptions.size(), 3U);
    EXPECT_EQ(bench.host.interruptions[0], (11 + 4 + 26) * 1000);
    EXPECT_EQ(bench.host.interruptions[1], (49 + 4 + 19) * 1000);
    EXPECT_EQ(bench.attributed(), bench.cycles(0) + bench.cycles(1) + bench.cycles(2));
    const auto in_layer = [&](int layer, const char* fact) {
      std::int64_t sum = 0;
      for (const power::Epoch& epoch : bench.record.epochs) {
        if (epoch.task == layer) sum += test::events(bench.record, epoch, fact);
      }
      return sum;
    };
    EXPECT_EQ(in_layer(0, "npu.compute_cycles"), 26);
    EXPECT_EQ(in_layer(1, "npu.compute_cycles"), 0);
    EXPECT_EQ(in_layer(1, "npu.vector_cycles"), 19);
    EXPECT_EQ(in_layer(1, "npu.stall_vector_cycles"), 19);
    EXPECT_EQ(in_layer(2, "npu.vector_cycles"), 0);
  });
}

TEST(NpuTimeline, IsDelayedByTheWakeUpOfItsPowerDomain) {
  in_child([] {
    NpuBench::Options options;
    options.environment.power_domain = can_sleep(500'300);
    NpuBench bench(options, program({{load(Buffer::kInput, run(0, 64)), compute(kTile, {0})}}));
    bench.environment.power_domain().descend_after(1'000, power::PowerState::kOff);
    bench.simulate();
    // ON at 510.3 ns: all that would have begun at cycle 10 begins at 511.
    EXPECT_THAT(bench.span(0, 0), Pair(14 + 501, 34 + 501));
    EXPECT_THAT(bench.span(0, 1), Pair(34 + 501, 60 + 501));
    EXPECT_EQ(bench.events("npu.stall_control_cycles"), 4);
    EXPECT_EQ(bench.events("npu.stall_power_cycles"), 501);
    EXPECT_EQ(bench.attributed(), bench.cycles(0));
  });
}

TEST(NpuTimeline, WaitsForBuffersThatAreOffOnTheirOwn) {
  in_child([] {
    NpuBench::Options options;
    options.buffer_domain = can_sleep(7'000);
    options.buffer_domain->name = "PD_BUFFERS";
    NpuBench bench(options, program({{compute(kTile), load(Buffer::kInput, run(0, 64)), vector(kRequantize, {0})}}));
    bench.environment.buffers->descend_after(1'000, power::PowerState::kOff);
    bench.simulate();
    // Issued at 14; the buffers are ON 7 cycles later and stay so. The load, issued at 18, waits with it.
    EXPECT_THAT(bench.span(0, 0), Pair(21, 47));
    EXPECT_THAT(bench.span(0, 1), Pair(21, 41));
    EXPECT_THAT(bench.span(0, 2), Pair(47, 66));
    EXPECT_EQ(bench.events("npu.compute_cycles"), 26);
    EXPECT_EQ(bench.events("npu.load_cycles"), 20);
    EXPECT_EQ(bench.events("npu.stall_control_cycles"), 4);
    EXPECT_EQ(bench.events("npu.stall_power_cycles"), 7);
    EXPECT_EQ(bench.attributed(), bench.cycles(0));
  });
}

}  // namespace
}  // namespace subvolt::test
