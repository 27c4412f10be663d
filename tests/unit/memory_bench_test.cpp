// Does the bench offer requests when it should, measure what it should, and catch memories that break the rules?
#include "sim/run/bench/memory_bench.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "tests/support/bench_memory.h"
#include "tests/support/power_samples.h"

namespace subvolt::run {
namespace {

using test::BenchMemory;
using test::BenchMemoryRules;
using Fault = BenchMemoryRules::Fault;

MemoryReplay run_trace(std::vector<MemoryRequest> requests, BenchMemoryRules rules = {}) {
  BenchMemory memory(rules);
  MemoryRequestList trace(std::move(requests));
  return replay(memory, trace);
}

MemoryRequest read_at(std::int64_t cycle) { return {cycle, false, 0, 0, 0}; }
MemoryRequest write_at(std::int64_t cycle) { return {cycle, true, 0, 0, 0}; }

TEST(MemoryBench, AnEmptyTraceTakesNoTime) {
  const MemoryReplay r = run_trace({});
  EXPECT_EQ(r.requests(), 0);
  EXPECT_EQ(r.total_cycles, 0);
  EXPECT_EQ(r.total_time, 0);
}

// A request that arrives at clock a is under way from a + 1 on, and ten clocks.
TEST(MemoryBench, LatencyRunsFromTheClockOfArrivalToTheEndOfData) {
  const MemoryReplay r = run_trace({read_at(0)});
  EXPECT_EQ(r.total_cycles, 11);
  EXPECT_EQ(r.total_time, 11'000);
  EXPECT_EQ(r.read_latency.max(), 11);
  EXPECT_EQ(run_trace({read_at(100)}).total_cycles, 111);
  EXPECT_EQ(run_trace({read_at(100)}).read_latency.max(), 11);
  EXPECT_EQ(run_trace({write_at(7)}).total_cycles, 12);
}

// Taken at clocks 0, 1, 2; the fourth when the first is done, at 11; then each time one is done.
TEST(MemoryBench, RequestsWithoutArrivalComeOneAClockAndWaitForRoom) {
  const MemoryReplay r = run_trace(std::vector<MemoryRequest>(5, read_at(0)));
  EXPECT_EQ(r.total_cycles, 51);
  EXPECT_EQ(r.read_latency.count(), 5);
  EXPECT_EQ(r.read_latency.max(), 30);  // taken at 11, done at 41, and the fifth alike
  EXPECT_EQ(r.read_latency.percentile(1), 11);
  EXPECT_EQ(r.read_latency.percentile(50), 29);  // 11, 20, 29, 30, 30
  EXPECT_DOUBLE_EQ(r.read_latency.mean(), 24.0);
  EXPECT_EQ(r.stall_cycles, (11 - 3) + (21 - 12));
}

TEST(MemoryBench, AnArrivalThatHasPassedMeansAsSoonAsPossible) {
  const MemoryReplay r = run_trace({read_at(50), read_at(3)});
  EXPECT_EQ(r.total_cycles, 71);  // offered at 51
  EXPECT_EQ(r.read_latency.max(), 20);
}

TEST(MemoryBench, CountsWhatTheMemoryCounts) {
  const MemoryReplay r = run_trace({read_at(0), write_at(100), {200, false, 1, 0, 0}});
  EXPECT_EQ(r.reads, 2);
  EXPECT_EQ(r.writes, 1);
  EXPECT_EQ(r.count("read"), 2);
  EXPECT_EQ(r.count("write"), 1);
  EXPECT_EQ(r.count("row_hits"), 1);
  EXPECT_EQ(r.count("row_misses"), 2);
  EXPECT_EQ(r.count("nothing of the kind"), -1);
  EXPECT_EQ(r.count("active"), 24'000);
  EXPECT_EQ(r.count("idle"), r.total_time - 24'000);
  const std::vector<std::pair<std::string, std::int64_t>> commands{{"RD", 2}, {"WR", 1}};
  EXPECT_EQ(r.commands, commands);
  EXPECT_EQ(r.read_latency.count(), 2);
  EXPECT_EQ(r.write_latency.max(), 5);
}

TEST(MemoryBench, ShowsEachCommand) {
  BenchMemory memory;
  MemoryRequestList trace({read_at(0), {30, true, 2, 5, 1}});
  std::vector<std::string> seen;
  ReplayObserver observer;
  observer.on_command = [&](const kernel::MemoryEngine::Command& c) {
    seen.push_back(std::to_string(c.at) + " " + c.name + " " + std::to_string(c.bank) + " " + std::to_string(c.row));
  };
  replay(memory, trace, observer);
  EXPECT_EQ(seen, (std::vector<std::string>{"1000 RD 0 0", "31000 WR 2 5"}));
}

// Clock periods that are no whole picoseconds must not drift.
TEST(MemoryBench, CountsClocksOfAnyFrequency) {
  BenchMemoryRules rules;
  rules.frequency = Hertz(1'200'000'000);
  EXPECT_EQ(run_trace({read_at(1'000'000)}, rules).total_cycles, 1'000'011);
  EXPECT_EQ(run_trace({read_at(1'000'001)}, rules).total_cycles, 1'000'012);
  EXPECT_EQ(run_trace({read_at(1'000'001)}, rules).read_latency.max(), 11);
}

TEST(MemoryBench, LocatesRequestsBeyondTheMemory) {
  EXPECT_EQ(test::error_of([] {
              run_trace({read_at(0), {0, false, 4, 0, 0}});
            }),
            "request 2: expected a bank from 0 to 3, got 4");
  EXPECT_NE(test::error_of([] {
              run_trace({{0, false, 0, 16, 0}});
            }).find("request 1: bank 0, row 16, burst 0 is"),
            std::string::npos);
  EXPECT_NE(test::error_of([] { run_trace({read_at(MemoryTraceFile::kLargest * 5)}); }).find("beyond the time"),
            std::string::npos);
}

ErrorKind kind_with(Fault fault) {
  BenchMemoryRules rules;
  rules.fault = fault;
  try {
    // The last one leaves time behind it: there is idle time to forget.
    run_trace({read_at(0), read_at(0), write_at(500), read_at(900)}, rules);
  } catch (const Error& e) {
    return e.kind();
  }
  return ErrorKind::kInternal;
}

TEST(MemoryBench, CatchesMemoriesThatBreakTheRules) {
  for (const Fault fault :
       {Fault::kLoses, Fault::kDuplicates, Fault::kNeverRoom, Fault::kForgetsTime, Fault::kAnswersTwiceAsFast}) {
    EXPECT_EQ(kind_with(fault), ErrorKind::kInvariant) << static_cast<int>(fault);
  }
  EXPECT_EQ(kind_with(Fault::kNone), ErrorKind::kInternal);  // no error at all
}

TEST(MemoryBench, RefusesMoreThanTheInterfaceMoves) {
  BenchMemoryRules rules;
  rules.peak_bytes_per_s = 3'200'000'000;  // 32 B in 10 ns
  EXPECT_EQ(run_trace(std::vector<MemoryRequest>(20, read_at(0)), rules).total_cycles, 201);
  rules.peak_bytes_per_s = 3'000'000'000;
  EXPECT_NE(test::error_of([&] { run_trace(std::vector<MemoryRequest>(20, read_at(0)), rules); }).find("can be"),
            std::string::npos);
}

TEST(Latencies, PercentilesAreThoseOfTheSortedList) {
  std::mt19937 random(3);
  for (const int n : {1, 2, 9, 10, 99, 1000}) {
    Latencies latencies;
    std::vector<std::int64_t> all;
    for (int i = 0; i < n; ++i) {
      all.push_back(random() % 3 == 0 ? 60'000 + random() % 20'000 : random() % 500);
      latencies.add(all.back());
    }
    std::sort(all.begin(), all.end());
    for (const int percent : {1, 50, 90, 99, 100}) {
      const auto rank = static_cast<std::size_t>((n * percent + 99) / 100);
      EXPECT_EQ(latencies.percentile(percent), all[rank - 1]) << n << " " << percent;
    }
    EXPECT_EQ(latencies.max(), all.back());
    EXPECT_DOUBLE_EQ(latencies.mean(),
                     static_cast<double>(std::accumulate(all.begin(), all.end(), std::int64_t{0})) / n);
  }
  EXPECT_EQ(Latencies().percentile(50), 0);
}

}  // namespace
}  // namespace subvolt::run
