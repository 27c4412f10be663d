// Does the DMA move exactly the bytes of its commands, in the cycles that its data sheet gives?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/npu_bench.h"
#include "tests/support/simulate.h"

namespace subvolt::test {
namespace {

using mapping::Buffer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

// The doorbell rings at cycle 10, command i is issued at 10 + 4 (i + 1): 14, 18, 22, ...
std::vector<std::int64_t> request_cycles(const NpuBench& bench) {
  std::vector<std::int64_t> cycles;
  for (const SimpleMemory::Request& r : bench.memory.requests()) cycles.push_back(r.at / 1000);
  return cycles;
}

std::string npu_with(const std::string& dma) {
  const std::string text = kSmallNpu;
  const auto at = text.find("dma:");
  return text.substr(0, at) + "dma: " + dma + text.substr(text.find('\n', at));
}

TEST(Dma, SendsOneRequestPerCycleAndEndsWithTheLastAnswer) {
  in_child([] {
    NpuBench bench({}, program({{load(Buffer::kInput, run(0x1000, 256))}}));
    bench.simulate();
    EXPECT_THAT(request_cycles(bench), ElementsAre(14, 15, 16, 17));
    EXPECT_THAT(bench.span(0, 0), Pair(14, 17 + 20));
  });
}

TEST(Dma, HoldsBackWhenAllOutstandingBurstsAreUnanswered) {
  in_child([] {
    NpuBench::Options options;
    options.npu = npu_with("{burst: 64 B, outstanding: 2}");
    NpuBench bench(options, program({{load(Buffer::kInput, run(0, 320))}}));
    bench.simulate();
    EXPECT_THAT(request_cycles(bench), ElementsAre(14, 15, 34, 35, 54));
    EXPECT_THAT(bench.span(0, 0), Pair(14, 74));
    EXPECT_EQ(bench.memory.most_in_flight(), 2);
  });
}

TEST(Dma, BeginsTheNextLoadWhileTheLastOnesAnswersAreOnTheirWay) {
  in_child([] {
    NpuBench::Options options;
    options.npu = npu_with("{burst: 64 B, outstanding: 16}");
    NpuBench bench(options, program({{load(Buffer::kInput, run(0, 512)), load(Buffer::kWeight, run(0x1000, 128))}}));
    bench.simulate();
    EXPECT_THAT(request_cycles(bench), ElementsAre(14, 15, 16, 17, 18, 19, 20, 21, 22, 23));
    EXPECT_THAT(bench.span(0, 0), Pair(14, 41));
    EXPECT_THAT(bench.span(0, 1), Pair(21, 43));
    EXPECT_EQ(bench.events("npu.load_cycles"), 43 - 14);  // overlapping loads are one time
  });
}

TEST(Dma, WaitsForABusThatTakesItsTime) {
  in_child([] {
    NpuBench::Options options;
    options.accept = 3'000;
    NpuBench bench(options, program({{load(Buffer::kInput, run(0, 192))}}));
    bench.simulate();
    EXPECT_THAT(request_cycles(bench), ElementsAre(14, 17, 20));
    EXPECT_THAT(bench.span(0, 0), Pair(14, 43));
  });
}

TEST(Dma, ActsOnItsOwnClockEdgesWhateverTheMemorysClock) {
  in_child([] {
    NpuBench::Options options;
    options.npu = npu_with("{burst: 64 B, outstanding: 1}");
    options.latency = 20'300;
    NpuBench bench(options, program({{load(Buffer::kInput, run(0, 128))}}));
    bench.simulate();
    EXPECT_EQ(bench.memory.requests()[1].at, 35'000);  // answer at 34.3 ns
    EXPECT_THAT(bench.span(0, 0), Pair(14, 56));
  });
}

TEST(Dma, LetsLoadsAndStoresTakeTurns) {
  in_child([] {
    NpuBench::Options options;
    options.npu = npu_with("{burst: 64 B, outstanding: 64}");
    NpuBench bench(options, program({{load(Buffer::kInput, run(0, 1024)), store(run(0x8000, 512))}}));
    bench.simulate();
    std::string order;
    for (const SimpleMemory::Request& r : bench.memory.requests()) order += r.write ? 'w' : 'r';
    // The store joins at cycle 18; from then on each second request is its.
    EXPECT_THAT(order, testing::MatchesRegex("rrrrr?wrwrwrwrwrwrwrwr*"));
    EXPECT_EQ(request_cycles(bench).back(), 14 + 24 - 1);
  });
}

TEST(Dma, MovesEachByteOfAStridedBlockOnce) {
  in_child([] {
    const mapping::Block from{0x123, 40, 3, 100, 2, 1000};
    const mapping::Block to{0x5001, 7, 5, 9, 1, 0};
    NpuBench bench({}, program({{load(Buffer::kWeight, from), store(to, {0})}}));
    bench.simulate();
    std::multiset<std::uint64_t> reads, writes;
    for (unsigned p = 0; p < 2; ++p) {
      for (unsigned r = 0; r < 3; ++r) {
        for (unsigned b = 0; b < 40; ++b) reads.insert(0x123 + p * 1000 + r * 100 + b);
      }
    }
    for (unsigned r = 0; r < 5; ++r) {
      for (unsigned b = 0; b < 7; ++b) writes.insert(0x5001 + r * 9 + b);
    }
    EXPECT_EQ(bench.memory.touched(false), reads);
    EXPECT_EQ(bench.memory.touched(true), writes);
    EXPECT_EQ(bench.events("npu.dma.read_B"), 240);
    EXPECT_EQ(bench.events("npu.dma.write_B"), 35);
    EXPECT_EQ(bench.events("npu.dma.byte"), 275);
    EXPECT_EQ(bench.events("npu.dma.bursts"), static_cast<std::int64_t>(bench.memory.requests().size()));
  });
}

TEST(Dma, PacksACommandsBytesIntoBufferWords) {
  in_child([] {
    // Words of 8 B in the weight buffer, of 32 B in the output buffer.
    NpuBench bench({}, program({{load(Buffer::kWeight, {0, 3, 7, 64, 1, 0}), load(Buffer::kOutput, run(0x100, 65)),
                                 load(Buffer::kOutput, run(0x200, 1)), store(run(0x1000, 70))}}));
    bench.simulate();
    EXPECT_EQ(bench.events("npu.weight_buffer.write"), 3);  // 21 B
    EXPECT_EQ(bench.events("npu.weight_buffer.write_B"), 21);
    EXPECT_EQ(bench.events("npu.output_buffer.write"), 3 + 1);
    EXPECT_EQ(bench.events("npu.output_buffer.write_B"), 66);
    EXPECT_EQ(bench.events("npu.output_buffer.read"), 3);
    EXPECT_EQ(bench.events("npu.output_buffer.read_B"), 70);
    EXPECT_EQ(bench.events("npu.input_buffer.write"), 0);
  });
}

TEST(Dma, EndsAnEmptyTransferAtOnce) {
  in_child([] {
    NpuBench bench({}, program({{load(Buffer::kInput, run(0, 0)), load(Buffer::kInput, run(0, 64), {0})}}));
    bench.simulate();
    EXPECT_THAT(bench.span(0, 0), Pair(14, 14));
    EXPECT_THAT(bench.span(0, 1), Pair(18, 38));
  });
}

TEST(Dma, NamesTheAddressWhereThereIsNoMemory) {
  in_child([] {
    NpuBench::Options options;
    options.memory = 0x1000;
    NpuBench bench(options, program({{load(Buffer::kInput, run(0x2000, 64))}}));
    EXPECT_THAT([&] { sc_core::sc_start(); },
                testing::ThrowsMessage<std::exception>(
                    AllOf(HasSubstr("npu.dma: read of 64 B at 0x2000"), HasSubstr("TLM_ADDRESS_ERROR_RESPONSE"))));
  });
}

TEST(Dma, ClocksItselfOnlyWhileItWorks) {
  in_child([] {
    NpuBench bench({}, program({{load(Buffer::kInput, run(0, 64)), compute({100, 4, 4, 1, false}, {0}),
                                 store(run(0x1000, 64), {1})}}));
    bench.simulate();
    std::int64_t edges = 0;
    for (const power::Epoch& epoch : bench.record.epochs) {
      for (std::size_t c = 0; c < bench.record.components.size(); ++c) {
        if (bench.record.components[c].name == "npu.dma") edges += epoch.clock_cycles[c];
      }
    }
    EXPECT_EQ(edges, 20 + 20);
  });
}

}  // namespace
}  // namespace subvolt::test
