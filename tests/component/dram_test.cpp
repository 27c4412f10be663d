// When does the DRAM answer, how much does it deliver, and what does it count?
#include "models/mem/dram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"
#include "tests/support/traffic.h"

namespace subvolt::mem {
namespace {

using test::Access;
using test::TestEnvironment;
using test::Traffic;

constexpr std::int64_t kMemoryClock = 1'600'000'000;
constexpr char kAwake[] = "{device: lpddr4_3200, power_down_after: 1 s, self_refresh_after: 1 s}";

// A DRAM on a 1 GHz controller clock, with traffic played to its end.
struct Bench {
  explicit Bench(std::vector<Access> accesses, const std::string& config = kAwake, std::int64_t clock = kMemoryClock,
                 int outstanding = 1 << 30)
      : environment_clock(environment, clock),
        dram("dram", DramConfig::schema().read(test::yaml(config)), environment),
        traffic("traffic", std::move(accesses), outstanding) {
    traffic.port.socket.bind(dynamic_cast<kernel::TargetPort&>(*dram.target_side("")).socket);
    dram.on_command([this](const DramCommand& c) { commands.push_back(c); });
  }
  struct SetClock {
    SetClock(TestEnvironment& environment, std::int64_t hertz) { environment.set_clock("dram", hertz); }
  };
  std::int64_t count(DramCommand::Kind kind) const {
    return std::count_if(commands.begin(), commands.end(), [kind](const DramCommand& c) { return c.kind == kind; });
  }

  TestEnvironment environment;
  SetClock environment_clock;
  Dram dram;
  Traffic traffic;
  std::vector<DramCommand> commands;
};

std::vector<Access> stream(bool write, std::int64_t bytes, std::int64_t per_request, std::uint64_t base = 0) {
  std::vector<Access> out;
  for (std::int64_t at = 0; at < bytes; at += per_request) {
    out.push_back({0, write, base + static_cast<std::uint64_t>(at), per_request});
  }
  return out;
}

constexpr std::uint64_t kRow = 8 * 2048;  // bytes from a row to the next one of the same bank

// By hand, with 4 cycles before and 2 after at 1 ns, times in ns:
//   miss      4 + RCD 18 + CL 17.5 + DQSCK 3.5 + BL/2 5 = 48 -> edge 48, answer 50
//   hit       4 + 17.5 + 3.5 + 5 = 30, answer 32
//   conflict  4 + RPpb 18 + 18 + 26 = 66, answer 68
//   write     hit: 4 + CWL 8.75 + DQSS 0.625 + 5 = 18.375 -> edge 19, answer 21
TEST(Dram, LatencyOfMissHitConflictAndWrite) {
  test::in_child([] {
    Bench bench({{0, false, 0, 32},
                 {200'000, false, 64, 32},
                 {400'000, false, kRow, 32},
                 {600'000, true, kRow, 32},
                 {800'000, false, 2048, 32}});
    sc_core::sc_start();
    EXPECT_EQ(bench.traffic.answered_ps(0), 50'000);
    EXPECT_EQ(bench.traffic.answered_ps(1), 200'000 + 32'000);
    EXPECT_EQ(bench.traffic.answered_ps(2), 400'000 + 68'000);
    EXPECT_EQ(bench.traffic.answered_ps(3), 600'000 + 21'000);
    EXPECT_EQ(bench.traffic.answered_ps(4), 800'000 + 50'000);
    const auto record = bench.environment.finish();
    EXPECT_EQ(test::events(record, "dram.row_hits"), 2);
    EXPECT_EQ(test::events(record, "dram.row_misses"), 2);
    EXPECT_EQ(test::events(record, "dram.row_conflicts"), 1);
    EXPECT_EQ(test::events(record, "dram.activate"), 3);
    EXPECT_EQ(test::events(record, "dram.controller.request"), 5);
  });
}

// The second request's row opens while the first one's data are under way: 10 ns (tRRD) later, not 44 ns.
TEST(Dram, BanksAreOpenedWhileOthersTransfer) {
  test::in_child([] {
    Bench bench({{0, false, 0, 32}, {0, false, 2048, 32}});
    sc_core::sc_start();
    EXPECT_EQ(bench.traffic.answered_ps(0), 50'000);
    EXPECT_EQ(bench.traffic.answered_ps(1), 60'000);
  });
}

TEST(Dram, RequestOfEightBurstsOccupiesTheBusForEight) {
  test::in_child([] {
    Bench bench({{0, false, 0, 256}});
    sc_core::sc_start();
    EXPECT_EQ(bench.traffic.answered_ps(0), 50'000 + 7 * 5'000);
    EXPECT_EQ(bench.count(DramCommand::Kind::kRead), 8);
  });
}

TEST(Dram, PartialBurstsCostWholeOnes) {
  test::in_child([] {
    Bench bench({{0, false, 31, 2}, {0, true, 40, 1}, {0, true, 64, 33}});
    sc_core::sc_start();
    EXPECT_TRUE(bench.traffic.all_served());
    const auto record = bench.environment.finish();
    EXPECT_EQ(test::events(record, "dram.read"), 2);
    EXPECT_EQ(test::events(record, "dram.io_read"), 2);
    EXPECT_EQ(test::events(record, "dram.write"), 3);
    EXPECT_EQ(test::events(record, "dram.io_write"), 3);
    EXPECT_EQ(test::events(record, "dram.read_B"), 2);
    EXPECT_EQ(test::events(record, "dram.write_B"), 34);
  });
}

// Peak: 16 pins x 3200 Mb/s = 6.4 GB/s. What refreshing takes away by necessity: from the last read that can be
// closed in time to the first one afterwards, RTP 7.5 + RPab 21 + RFCab 280 + RCD 18, less its own burst of 5:
// 321.5 of 3904 ns = 8.2 %.
TEST(Dram, StreamsReachNinetyPercentOfThePeak) {
  for (const bool write : {false, true}) {
    test::in_child([write] {
      constexpr std::int64_t kBytes = 4 << 20;
      Bench bench(stream(write, kBytes, 256), kAwake, kMemoryClock, 8);
      sc_core::sc_start();
      ASSERT_TRUE(bench.traffic.all_served());
      const double share =
          static_cast<double>(kBytes) / 6.4e9 / (static_cast<double>(bench.traffic.last_answer_ps()) * 1e-12);
      EXPECT_GE(share, 0.90) << (write ? "write" : "read");
      EXPECT_LE(share, 0.92) << "more than refreshing leaves";
    });
  }
}

TEST(Dram, RowsOfOneBankFollowEachOtherInTheRowCycleTime) {
  test::in_child([] {
    std::vector<Access> accesses;
    for (std::uint64_t i = 0; i < 60; ++i) accesses.push_back({0, false, i * kRow, 32});
    Bench bench(std::move(accesses));
    sc_core::sc_start();
    ASSERT_LT(bench.traffic.last_answer_ps(), 3'800'000) << "meant to end before the first refresh";
    EXPECT_EQ(bench.traffic.last_answer_ps(), 50'000 + 59 * (42'000 + 18'000));  // tRAS + tRPpb
  });
}

// tFAW = 4 tRRD in this device.
TEST(Dram, RowsOfManyBanksAreLimitedByTheActivateRate) {
  test::in_child([] {
    std::vector<Access> accesses;
    for (std::uint64_t i = 0; i < 321; ++i) accesses.push_back({0, false, (i % 8) * 2048 + (i / 8) * kRow, 32});
    Bench bench(std::move(accesses));
    sc_core::sc_start();
    ASSERT_LT(bench.traffic.last_answer_ps(), 3'800'000) << "meant to end before the first refresh";
    EXPECT_EQ(bench.traffic.last_answer_ps(), 50'000 + 80 * 40'000);  // four per 40 ns
  });
}

TEST(Dram, RefreshesAreAsManyAndAsLongAsTheStandardWants) {
  test::in_child([] {
    constexpr std::int64_t kMillisecond = 1'000'000'000;
    Bench bench(stream(false, 12 << 20, 256), kAwake, kMemoryClock, 8);
    sc_core::sc_start(kernel::from_ps(kMillisecond));
    const std::int64_t answered = std::count_if(bench.traffic.answers().begin(), bench.traffic.answers().end(),
                                                [](const Traffic::Answer& a) { return a.times == 1; });
    EXPECT_EQ(test::events(bench.environment.finish(), "dram.refresh"), kMillisecond / 3'904'000);
    // Time without data: per refresh the 321.5 ns above and up to two bursts: one that no longer fitted before it
    // and the transition to the next request.
    const double idle_ns = 1e6 - static_cast<double>(answered) * 8 * 5;
    EXPECT_GE(idle_ns, 256 * 321.5);
    EXPECT_LE(idle_ns, 256 * (321.5 + 2 * 5));
  });
}

TEST(Dram, RandomTrafficIsAnsweredOnceAndItsBytesAreConserved) {
  for (const char* mapping : {"row_bank_column", "bank_row_column", "row_column_bank"}) {
    test::in_child([mapping] {
      std::mt19937 random(11);
      std::vector<Access> accesses;
      std::int64_t now = 0, reads = 0, writes = 0;
      for (int i = 0; i < 3000; ++i) {
        if (random() % 8 == 0) now += random() % 400'000;
        const std::int64_t bytes = 1 + random() % 300;
        const bool write = random() % 3 == 0;
        (write ? writes : reads) += bytes;
        accesses.push_back({now, write, random() % ((1u << 30) - 300), bytes});
      }
      Bench bench(std::move(accesses), "{device: lpddr4_3200, mapping: " + std::string(mapping) + "}", kMemoryClock,
                  20);
      sc_core::sc_start();
      EXPECT_TRUE(bench.traffic.all_served());
      const auto record = bench.environment.finish();
      EXPECT_EQ(test::events(record, "dram.read_B"), reads);
      EXPECT_EQ(test::events(record, "dram.write_B"), writes);
      const std::int64_t bursts = test::events(record, "dram.read") + test::events(record, "dram.write");
      EXPECT_EQ(bench.count(DramCommand::Kind::kRead), test::events(record, "dram.read"));
      EXPECT_EQ(bench.count(DramCommand::Kind::kWrite), test::events(record, "dram.write"));
      EXPECT_EQ(bench.count(DramCommand::Kind::kActivate), test::events(record, "dram.activate"));
      EXPECT_EQ(test::events(record, "dram.row_hits") + test::events(record, "dram.row_misses") +
                    test::events(record, "dram.row_conflicts"),
                bursts);
      EXPECT_GE(bursts * 32, reads + writes);
    });
  }
}

TEST(Dram, AddressesBeyondItsCapacityAreErrors) {
  test::in_child([] {
    constexpr std::uint64_t kSize = 1u << 30;
    Bench bench({{0, false, kSize - 32, 32}, {0, false, kSize - 31, 32}, {0, true, kSize, 1}});
    EXPECT_EQ(bench.dram.capacity().value(), static_cast<std::int64_t>(kSize));
    sc_core::sc_start();
    EXPECT_EQ(bench.traffic.answers()[0].status, tlm::TLM_OK_RESPONSE);
    for (const std::size_t i : {1, 2}) {
      EXPECT_EQ(bench.traffic.answers()[i].status, tlm::TLM_ADDRESS_ERROR_RESPONSE);
      EXPECT_EQ(bench.traffic.answers()[i].times, 1);
    }
    EXPECT_EQ(test::events(bench.environment.finish(), "dram.read"), 1);
  });
}

TEST(Dram, QueueDepthLimitsHowFarBanksArePreparedAhead) {
  const auto time = [](int queue) {
    return test::simulate([queue] {
      std::vector<Access> accesses;
      for (std::uint64_t i = 0; i < 40; ++i) accesses.push_back({0, false, i * 2048, 32});
      Bench bench(std::move(accesses), "{device: lpddr4_3200, controller: {queue: " + std::to_string(queue) + "}}");
      sc_core::sc_start();
      EXPECT_TRUE(bench.traffic.all_served());
      return std::vector<std::int64_t>{bench.traffic.last_answer_ps()};
    });
  };
  const auto one = time(1), four = time(4), sixteen = time(16);
  ASSERT_TRUE(one.size() == 1 && four.size() == 1 && sixteen.size() == 1);
  EXPECT_GE(one[0], 40 * 50'000);  // one after the other
  EXPECT_LT(four[0], one[0] / 2);
  EXPECT_LT(sixteen[0], four[0]);
}

// Sixteen outstanding, each next one sent when an earlier one is answered, as a DMA does.
TEST(Dram, AFasterClockNeverMakesAWholeTransferLater) {
  for (unsigned seed = 0; seed < 3; ++seed) {
    std::int64_t slower = INT64_MAX;
    for (std::int64_t mhz = 400; mhz <= 1600; mhz += 100) {
      const auto time = test::simulate([seed, mhz] {
        std::mt19937 random(seed);
        std::vector<Access> accesses;
        std::uint64_t next = 0;
        std::int64_t now = 0;
        for (int i = 0; i < 1500; ++i) {
          if (random() % 32 == 0) now += random() % 2'000'000;
          const std::uint64_t address = random() % 8 ? next++ * 256 : (random() % 65536) * 256;
          accesses.push_back({now, random() % 4 == 0, address, 256});
        }
        Bench bench(std::move(accesses), "{device: lpddr4_3200}", mhz * 1'000'000, 16);
        sc_core::sc_start();
        EXPECT_TRUE(bench.traffic.all_served());
        return std::vector<std::int64_t>{bench.traffic.last_answer_ps()};
      });
      ASSERT_EQ(time.size(), 1u);
      EXPECT_LE(time[0], slower) << "seed " << seed << ", " << mhz << " MHz";
      slower = time[0];
    }
  }
}

}  // namespace
}  // namespace subvolt::mem
