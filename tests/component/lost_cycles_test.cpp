// Does each cycle that the NPU loses go to the cause that one sees by hand?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "sim/power/record/losses.h"
#include "tests/support/npu_bench.h"
#include "tests/support/simulate.h"

namespace subvolt::test {
namespace {

using mapping::Buffer;
using mapping::VectorOperator;

using Cycles = std::map<std::string, std::int64_t>;

// 16 pixels of 4 products and 4 channels fill the 4 x 4 array for 16 of its 26 cycles (npu_timeline_test.cpp).
constexpr mapping::TileWork kFull{16, 4, 4, 1, false};

// Of a program of one layer, without causes that have none; "ideal" besides.
Cycles lost(const NpuBench& bench) {
  power::ActivityRecord record = bench.record;
  record.accelerators = {{"npu", record.peak_macs_per_cycle, 0}};
  std::vector<std::int64_t> counts;
  for (const power::ComponentDeclaration& component : record.components) {
    for (const power::EventDeclaration& event : component.events) {
      counts.push_back(events(record, component.name + "." + event.name));
    }
  }
  const std::int64_t took = events(record, "npu.accelerator_cycles");
  Cycles all{{"ideal", ceil_div(record.macs, record.peak_macs_per_cycle)}};
  std::int64_t sum = all["ideal"];
  for (const auto& [cause, cycles] : power::Losses(record, "npu").of(counts.data(), record.macs, took)) {
    if (cycles != 0) all[cause] = cycles;
    sum += cycles;
  }
  EXPECT_EQ(sum, took);
  return all;
}

TEST(LostCycles, OfOneTileGoToEachStepOnItsWay) {
  in_child([] {
    const mapping::VectorWork requantize{VectorOperator::kRequantize, 64, 1};
    NpuBench bench({}, program({{load(Buffer::kInput, run(0, 256)), load(Buffer::kWeight, run(0x1000, 64)),
                                 compute(kFull, {0, 1}), vector(requantize, {2}), store(run(0x2000, 64), {3})}}));
    bench.simulate();
    EXPECT_EQ(lost(bench),
              (Cycles{{"ideal", 16}, {"fill_drain", 10}, {"issue", 4}, {"loads", 24}, {"vector", 19}, {"stores", 20}}));
  });
}

TEST(LostCycles, GoToLoadsWhenTheMemoryIsSlow) {
  in_child([] {
    NpuBench::Options options;
    options.latency = 1'000'000;
    NpuBench bench(options, program({{load(Buffer::kInput, run(0, 64)), compute(kFull, {0})}}));
    bench.simulate();
    EXPECT_EQ(lost(bench), (Cycles{{"ideal", 16}, {"fill_drain", 10}, {"issue", 4}, {"loads", 1000}}));
  });
}

// 3 products use 3 of 4 rows, 2 channels half of the columns.
TEST(LostCycles, GoToTheEdgesOfTilesThatDoNotFillTheArray) {
  in_child([] {
    NpuBench bench({}, program({{compute({16, 3, 4, 1, false}), compute({16, 4, 2, 1, false}, {0})}}));
    bench.simulate();
    EXPECT_EQ(lost(bench), (Cycles{{"ideal", 12 + 8}, {"edges", 4 + 8}, {"fill_drain", 20}, {"issue", 4}}));
  });
}

// A channel of a depthwise layer has a row of taps and a column: four of them a quarter of the array.
TEST(LostCycles, OfDepthwiseLayersAreEdges) {
  in_child([] {
    NpuBench bench({}, program({{compute({16, 1, 1, 4, false})}}));
    bench.simulate();
    EXPECT_EQ(lost(bench), (Cycles{{"ideal", 4}, {"edges", 12}, {"fill_drain", 10}, {"issue", 4}}));
  });
}

TEST(LostCycles, GoToBuffersThatAreTooSlow) {
  in_child([] {
    NpuBench::Options options;
    options.npu = R"(
input_buffer: {size: 4 KiB, banks: 1, word: 1 B}
weight_buffer: {size: 4 KiB}
output_buffer: {size: 4 KiB, word: 32 B}
array: {rows: 4, columns: 4}
)";
    NpuBench bench(options, program({{compute(kFull)}}));
    bench.simulate();
    EXPECT_EQ(lost(bench), (Cycles{{"ideal", 16}, {"fill_drain", 10}, {"issue", 4}, {"buffers", 64 - 26}}));
  });
}

TEST(LostCycles, GoToIssueWhenTheSequencerIsSlow) {
  in_child([] {
    NpuBench::Options options;
    options.npu = R"(
sequencer: {issue: 100 cycles}
input_buffer: {size: 4 KiB, banks: 4, word: 8 B}
weight_buffer: {size: 4 KiB, banks: 4, word: 8 B}
output_buffer: {size: 4 KiB, banks: 4, word: 32 B}
array: {rows: 4, columns: 4}
)";
    NpuBench bench(options, program({{compute(kFull), compute(kFull)}}));
    bench.simulate();
    EXPECT_EQ(lost(bench), (Cycles{{"ideal", 32}, {"fill_drain", 20}, {"issue", 100 + 74}}));
  });
}

TEST(LostCycles, GoToPowerDomainsThatWake) {
  in_child([] {
    NpuBench::Options options;
    options.environment.power_domain = can_sleep(500'000);
    NpuBench bench(options, program({{compute(kFull)}}));
    bench.environment.power_domain().descend_after(1'000, power::PowerState::kOff);
    bench.simulate();
    EXPECT_EQ(lost(bench), (Cycles{{"ideal", 16}, {"fill_drain", 10}, {"issue", 4}, {"wake", 500}}));
  });
}

// The second tile waits for the room that the first one has.
TEST(LostCycles, OfAFullOutputBufferGoToStores) {
  in_child([] {
    NpuBench bench({}, program({{compute(kFull), store(run(0x2000, 64), {0}), compute(kFull, {1})}}));
    bench.simulate();
    EXPECT_EQ(lost(bench), (Cycles{{"ideal", 32}, {"fill_drain", 20}, {"issue", 4}, {"stores", 20}}));
  });
}

}  // namespace
}  // namespace subvolt::test
