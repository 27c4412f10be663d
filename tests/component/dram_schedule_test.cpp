// Are the command times that the DRAM model computes in closed form those of a clock-by-clock scheduler, and
// does no command ever break a JEDEC rule?
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <tuple>

#include "models/mem/dram_address.h"
#include "sim/config/library.h"
#include "sim/config/loader.h"
#include "tests/support/dram_rules.h"

namespace subvolt::mem {
namespace {

using test::DramLimits;

DramDeviceConfig lpddr4() {
  const config::Node section = config::load(config::find("memory", "lpddr4_3200"), "memory").section;
  return DramDeviceConfig::schema().read(*section.find("device"));
}

constexpr std::int64_t kNever = INT64_MAX / 4;
constexpr int kBanks = 8;

struct Request {
  std::int64_t at_ps;
  bool write;
  int bank;
  std::int64_t row;
  int bursts;
};

// Streams, hot rows and scattered rows, with lulls of up to `longest_gap_ps`.
std::vector<Request> random_traffic(unsigned seed, int requests, std::int64_t longest_gap_ps, std::int64_t grid_ps) {
  std::mt19937 random(seed);
  const auto below = [&random](std::int64_t n) {
    return static_cast<std::int64_t>(random() % static_cast<unsigned>(n));
  };
  const std::int64_t rows = 1 + below(4);
  const std::int64_t write_share = below(101);
  std::vector<Request> out;
  std::int64_t now = 0;
  for (int i = 0; i < requests; ++i) {
    if (below(3) == 0) now += below(longest_gap_ps / grid_ps + 1) * grid_ps;
    out.push_back(
        {now, below(100) < write_share, static_cast<int>(below(kBanks)), below(rows), static_cast<int>(1 + below(8))});
  }
  return out;
}

std::vector<DramCommand> commands_of(DramChannel& channel, const std::vector<Request>& requests) {
  std::vector<DramCommand> commands;
  channel.on_command([&commands](const DramCommand& c) { commands.push_back(c); });
  for (const Request& r : requests) {
    channel.arrive(r.at_ps, r.at_ps);
    for (int b = 0; b < r.bursts; ++b) channel.schedule(r.write, r.bank, r.row);
  }
  return commands;
}

void expect_reference_schedule(const DramDeviceConfig& device, const DramLimits& limits, unsigned seeds) {
  const DramTiming timing(device, 1'600'000'000, DramRounding::kClock);
  for (unsigned seed = 0; seed < seeds; ++seed) {
    DramChannel channel(timing, {kBanks, kNever, kNever});
    test::ReferenceScheduler reference(limits, kBanks);
    const auto requests = random_traffic(seed, 250, 200'000, 625);
    auto ours = commands_of(channel, requests);
    for (const Request& r : requests) {
      for (int b = 0; b < r.bursts; ++b) reference.burst(r.write, r.bank, r.row, r.at_ps);
    }
    // Refreshes of idle times are worked out at different moments: compare in time order.
    auto theirs = reference.commands();
    const auto earlier = [](const DramCommand& a, const DramCommand& b) {
      return std::tie(a.at_ps, a.kind, a.bank) < std::tie(b.at_ps, b.kind, b.bank);
    };
    std::sort(ours.begin(), ours.end(), earlier);
    std::sort(theirs.begin(), theirs.end(), earlier);
    ASSERT_GT(ours.size(), 250u);
    for (std::size_t i = 0; i < std::min(ours.size(), theirs.size()); ++i) {
      ASSERT_TRUE(test::same(ours[i], theirs[i]))
          << "seed " << seed << " command " << i << ": " << test::describe(ours[i]) << ", reference "
          << test::describe(theirs[i]);
    }
    ASSERT_EQ(ours.size(), theirs.size()) << "seed " << seed;
  }
}

TEST(DramSchedule, EqualsClockByClockReferenceOnRandomTraffic) {
  expect_reference_schedule(lpddr4(), DramLimits::at_1600_mhz_in_clocks(), 40);
}

// LPDDR4-3200 has tFAW = 4 tRRD, so that tFAW never binds; in this made-up device it does.
TEST(DramSchedule, EqualsClockByClockReferenceWhereTheFourActivateWindowBinds) {
  DramDeviceConfig device = lpddr4();
  device.timing.tRRD.time = Time::from_si(5e-9);
  DramLimits limits = DramLimits::at_1600_mhz_in_clocks();
  limits.rrd = 8 * 625;
  expect_reference_schedule(device, limits, 15);
}

TEST(DramSchedule, NoRuleIsBrokenAtAnyFrequencyWithPowerDownAndSelfRefresh) {
  const DramDeviceConfig device = lpddr4();
  int power_downs = 0, self_refreshes = 0;
  for (const std::int64_t mhz : {400, 533, 800, 933, 1200, 1333, 1600}) {
    const std::int64_t hertz = mhz * 1'000'000;
    const DramTiming timing(device, hertz, DramRounding::kNone);
    for (unsigned seed = 0; seed < 12; ++seed) {
      const std::int64_t gap = seed % 3 == 0 ? 100'000 : seed % 3 == 1 ? 2'000'000 : 60'000'000;
      DramChannel channel(timing, {kBanks, 100'000, 20'000'000});
      const auto commands = commands_of(channel, random_traffic(seed, 400, gap, 1));
      EXPECT_EQ(test::first_violation(commands, DramLimits::exact(hertz), kBanks), "") << mhz << " MHz, seed " << seed;
      for (const DramCommand& c : commands) {
        power_downs += c.kind == DramCommand::Kind::kPowerDownEntry;
        self_refreshes += c.kind == DramCommand::Kind::kSelfRefreshEntry;
      }
    }
  }
  EXPECT_GT(power_downs, 1000);
  EXPECT_GT(self_refreshes, 100);
}

// The checker must see what it is there for: every column command and activate of a busy stretch, one clock
// earlier, breaks a rule of some kind, except where only its arrival held it back.
TEST(DramSchedule, CheckerFindsCommandsThatComeTooSoon) {
  const DramTiming timing(lpddr4(), 1'600'000'000, DramRounding::kClock);
  DramChannel channel(timing, {kBanks, kNever, kNever});
  std::vector<Request> requests = random_traffic(7, 100, 1, 1);
  for (Request& r : requests) r.at_ps = 0;
  const auto commands = commands_of(channel, requests);
  ASSERT_EQ(test::first_violation(commands, DramLimits::at_1600_mhz_in_clocks(), kBanks), "");
  int tried = 0;
  for (std::size_t i = 1; i < commands.size(); ++i) {
    using Kind = DramCommand::Kind;
    if (commands[i].kind != Kind::kRead && commands[i].kind != Kind::kWrite && commands[i].kind != Kind::kActivate) {
      continue;
    }
    auto changed = commands;
    changed[i].at_ps -= 625;
    EXPECT_NE(test::first_violation(changed, DramLimits::at_1600_mhz_in_clocks(), kBanks), "")
        << test::describe(commands[i]);
    ++tried;
  }
  EXPECT_GT(tried, 300);
}

// Response times of random traffic from the slowest to the fastest clock.
struct Later {
  std::int64_t bursts = 0, later = 0, most_ps = 0;
  int runs = 0, runs_later_on_average = 0;
};
Later sweep_clock(const DramDeviceConfig& device) {
  Later found;
  for (unsigned seed = 0; seed < 30; ++seed) {
    // Dense and sparse traffic; the sparse one passes through refreshes, power-down and self-refresh.
    const auto requests = random_traffic(seed, 400, seed % 2 == 0 ? 50'000 : 30'000'000, 1);
    std::vector<std::int64_t> slower;
    for (std::int64_t mhz = 400; mhz <= 1600; mhz += 25) {
      DramChannel channel(DramTiming(device, mhz * 1'000'000, DramRounding::kNone), {kBanks, 100'000, 20'000'000});
      std::vector<std::int64_t> ends;
      for (const Request& r : requests) {
        channel.arrive(r.at_ps, r.at_ps);
        for (int b = 0; b < r.bursts; ++b) ends.push_back(channel.schedule(r.write, r.bank, r.row).data_end_ps);
      }
      std::int64_t sum = 0;
      for (std::size_t i = 0; i < slower.size(); ++i) {
        const std::int64_t by = ends[i] - slower[i];
        sum += by;
        ++found.bursts;
        found.later += by > 0;
        found.most_ps = std::max(found.most_ps, by);
      }
      ++found.runs;
      found.runs_later_on_average += sum > 0;
      slower = ends;
    }
  }
  return found;
}

TEST(DramSchedule, AFasterClockNeverMakesAnyDataLaterBetweenRefreshes) {
  DramDeviceConfig device = lpddr4();
  device.timing.tREFI.time = Time::from_si(10.0);  // none during this traffic
  const Later found = sweep_clock(device);
  EXPECT_GT(found.bursts, 1'000'000);
  EXPECT_EQ(found.later, 0) << "by up to " << found.most_ps << " ps";
}

// What makes it so: the clock does not decide what requests find.
TEST(DramSchedule, RowsAreOpenOrClosedForTheSameRequestsAtAnyClockBetweenRefreshes) {
  DramDeviceConfig device = lpddr4();
  device.timing.tREFI.time = Time::from_si(10.0);
  for (unsigned seed = 0; seed < 12; ++seed) {
    const auto requests = random_traffic(seed, 400, seed % 2 == 0 ? 600'000 : 30'000'000, 1);
    std::vector<DramRowOutcome> expected;
    for (const std::int64_t mhz : {100, 200, 400, 933, 1600}) {
      DramChannel channel(DramTiming(device, mhz * 1'000'000, DramRounding::kNone), {kBanks, 100'000, 20'000'000});
      std::vector<DramRowOutcome> found;
      for (const Request& r : requests) {
        channel.arrive(r.at_ps, r.at_ps);
        for (int b = 0; b < r.bursts; ++b) found.push_back(channel.schedule(r.write, r.bank, r.row).outcome);
      }
      if (expected.empty()) expected = found;
      EXPECT_EQ(found, expected) << mhz << " MHz, seed " << seed;
    }
    for (const auto outcome : {DramRowOutcome::kHit, DramRowOutcome::kMiss}) {
      EXPECT_GT(std::count(expected.begin(), expected.end(), outcome), 100) << "seed " << seed;
    }
  }
}

// By hand, at 200 MHz, where a burst takes 40 ns and a time-out does not wait for eight of them: reads at 20 ns (tRCD),
// 60, ... 300. They count as quiet 160 ns after their arrival, and as idle at 260. A request at that moment finds the
// row open and reads at 340; one that comes later finds it about to be closed: precharge at 340 (tRTP 8 clocks),
// activate at 361 (tRPab), read at 381.
TEST(DramSchedule, BurstsThatOutlastTheTimeOutAreFinishedThenTheirRowIsClosed) {
  const DramTiming timing(lpddr4(), 200'000'000, DramRounding::kNone);
  for (const bool late : {false, true}) {
    DramChannel channel(timing, {kBanks, 100'000, 20'000'000});
    const auto commands = commands_of(channel, {{0, false, 0, 0, 8}, {late ? 260'001 : 260'000, false, 0, 0, 1}});
    EXPECT_EQ(test::first_violation(commands, DramLimits::exact(200'000'000), kBanks), "");
    using Kind = DramCommand::Kind;
    const std::vector<DramCommand> open{{Kind::kRead, 0, -1, 340'000}};
    const std::vector<DramCommand> closed{
        {Kind::kPrechargeAll, -1, -1, 340'000}, {Kind::kActivate, 0, 0, 361'000}, {Kind::kRead, 0, -1, 381'000}};
    const std::vector<DramCommand>& expected = late ? closed : open;
    ASSERT_EQ(commands.size(), 9 + expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_TRUE(test::same(commands[9 + i], expected[i])) << test::describe(commands[9 + i]);
    }
  }
}

// With refreshes a faster clock may get a burst done before a refresh that a slower one does after it. The refresh
// then closes the row that the slower one still has open for the next request. That costs an activate, seldom.
TEST(DramSchedule, WithRefreshesAFasterClockIsLaterByAnActivateAtMostAndNeverOnAverage) {
  const Later found = sweep_clock(lpddr4());
  EXPECT_EQ(found.runs_later_on_average, 0) << "of " << found.runs;
  EXPECT_LT(found.later, found.bursts / 10'000);
  EXPECT_LE(found.most_ps, 18'000);  // tRCD
}

TEST(DramAddressMap, EveryBurstHasAPlaceOfItsOwn) {
  DramDeviceConfig device = lpddr4();
  device.organisation.rows.value = 3;
  device.organisation.page.value = Bytes(128);
  const std::int64_t bursts = device.capacity() / device.burst_bytes();
  ASSERT_EQ(bursts, 8 * 3 * 4);
  for (const DramMapping mapping :
       {DramMapping::kRowBankColumn, DramMapping::kBankRowColumn, DramMapping::kRowColumnBank}) {
    const DramAddressMap map(device, mapping);
    std::map<std::pair<int, std::int64_t>, int> used;
    for (std::int64_t b = 0; b < bursts; ++b) {
      const DramLocation l = map.locate(b);
      ASSERT_TRUE(l.bank >= 0 && l.bank < 8 && l.row >= 0 && l.row < 3);
      ++used[{l.bank, l.row}];
    }
    ASSERT_EQ(used.size(), 24u);
    for (const auto& [place, n] : used) EXPECT_EQ(n, 4);  // bursts per row
  }
  EXPECT_EQ(DramAddressMap(device, DramMapping::kRowBankColumn).locate(5), (DramLocation{1, 0}));
  EXPECT_EQ(DramAddressMap(device, DramMapping::kBankRowColumn).locate(5), (DramLocation{0, 1}));
  EXPECT_EQ(DramAddressMap(device, DramMapping::kRowColumnBank).locate(5), (DramLocation{5, 0}));
}

}  // namespace
}  // namespace subvolt::mem
