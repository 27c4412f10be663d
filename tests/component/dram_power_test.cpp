// Does the DRAM spend its time in the right power states, all of it, and pay for leaving them?
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "models/mem/dram.h"
#include "tests/support/dram_rules.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"
#include "tests/support/traffic.h"

namespace subvolt::mem {
namespace {

using test::Access;
using test::TestEnvironment;
using test::Traffic;

const std::vector<std::string> kStates = {"active_standby", "precharge_standby", "precharge_power_down",
                                          "self_refresh"};

struct Outcome {
  std::vector<std::int64_t> answers;
  std::vector<std::int64_t> residency;  // by kStates
  std::int64_t total_ps = 0, refreshes = 0;
  std::vector<DramCommand> commands;
};

// Plays `accesses` for `duration_ps`; checks that the residencies of every epoch sum to its length.
Outcome run(std::vector<Access> accesses, std::int64_t duration_ps, const std::string& config,
            std::int64_t window_ps = 0, std::int64_t clock_hz = 1'600'000'000, int outstanding = 1 << 30) {
  TestEnvironment::Options options;
  options.window_ps = window_ps;
  TestEnvironment environment(options);
  environment.set_clock("dram", clock_hz);
  Dram dram("dram", DramConfig::schema().read(test::yaml(config)), environment);
  Traffic traffic("traffic", std::move(accesses), outstanding);
  traffic.port.socket.bind(dynamic_cast<kernel::TargetPort&>(*dram.target_side("")).socket);
  Outcome result;
  dram.on_command([&result](const DramCommand& c) { result.commands.push_back(c); });
  sc_core::sc_start(kernel::from_ps(duration_ps));
  EXPECT_TRUE(traffic.all_served());
  for (const auto& a : traffic.answers()) result.answers.push_back(a.at_ps);
  const auto record = environment.finish();
  result.total_ps = record.total_ps;
  result.refreshes = test::events(record, "dram.refresh");
  for (const std::string& state : kStates) result.residency.push_back(test::events(record, "dram." + state));
  for (const power::Epoch& epoch : record.epochs) {
    std::int64_t sum = 0;
    for (const std::string& state : kStates) sum += test::events(record, epoch, "dram." + state);
    EXPECT_EQ(sum, epoch.end_ps - epoch.begin_ps) << "epoch at " << epoch.begin_ps;
  }
  return result;
}

constexpr char kConfig[] = "{device: lpddr4_3200, power_down_after: 100 ns, self_refresh_after: 20 us}";

// By hand: read at 0, activate at 4 ns. One burst: quiet from 20 ns on, 8 clocks at 400 MHz. Precharge 100 ns later, at
// 120; power-down tRPab later, from 141 until tXP = 7.5 ns before the refresh at 3904 ns, which counts as active until
// 4184; power-down to the end at 5000 ns.
TEST(DramPower, ResidenciesOfOneReadByHand) {
  test::in_child([] {
    const Outcome r = run({{0, false, 0, 32}}, 5'000'000, kConfig);
    EXPECT_EQ(r.residency[0], (120 - 4) * 1000 + 280'000);  // active: row open and awake, or in refresh
    EXPECT_EQ(r.residency[1], 4'000 + 21'000 + 7'500);
    EXPECT_EQ(r.residency[2], (3'896'500 - 141'000) + (5'000'000 - 4'184'000));
    EXPECT_EQ(r.residency[3], 0);
    EXPECT_EQ(r.refreshes, 1);
  });
}

// By hand, one burst each, 120 ns from arrival to time-out, refresh from 3904 to 4184 ns:
//   at 3750: closed at 3870; down at 3891 would leave less than tCKE before the waking at 3896.5, so after the refresh
//   at 3800: 3920 is in the refresh, so 280 later; closed by the refresh, tRPab before it
//   at 4000: waits for the end of the refresh, 184 of which do not count: 4304, and tRPab until down
TEST(DramPower, ARefreshStopsTheTimeOut) {
  struct Case {
    std::int64_t at_ps, closed_ps, down_ps;
  };
  for (const Case& c : {Case{3'750'000, 3'870'000, 4'184'000}, Case{3'800'000, 3'883'000, 4'200'000},
                        Case{4'000'000, 4'304'000, 4'325'000}}) {
    test::in_child([c] {
      const Outcome r = run({{c.at_ps, false, 0, 32}}, 5'000'000, kConfig);
      std::int64_t closed = 0, down = 0;
      for (const DramCommand& command : r.commands) {
        if (command.at_ps < c.at_ps) continue;
        if (command.kind == DramCommand::Kind::kPrechargeAll) closed = command.at_ps;
        if (command.kind == DramCommand::Kind::kPowerDownEntry) down = command.at_ps;
      }
      EXPECT_EQ(closed, c.closed_ps);
      EXPECT_EQ(down, c.down_ps);
      EXPECT_EQ(test::first_violation(r.commands, test::DramLimits::exact(1'600'000'000), 8), "");
    });
  }
}

// Does it matter when, between two refreshes, a request comes? By hand: apart from refreshes it is awake for 21 + 120
// ns, 7.5 ns of waking, and less if that overlaps with the waking for a refresh; a request during a refresh waits for
// it instead of sleeping afterwards. A row left open until the next refresh would make a difference of microseconds.
TEST(DramPower, TheTimeAsleepHardlyDependsOnTheRefreshPhase) {
  std::int64_t least = INT64_MAX, most = 0;
  for (std::int64_t at = 4'000'000; at < 7'904'000; at += 61'000) {
    const auto asleep = test::simulate([at] {
      const Outcome r = run({{at, false, 0, 32}}, 12'000'000, kConfig);
      EXPECT_EQ(r.refreshes, 3);
      return std::vector<std::int64_t>{r.residency[2]};
    });
    ASSERT_EQ(asleep.size(), 1u);
    least = std::min(least, asleep[0]);
    most = std::max(most, asleep[0]);
  }
  EXPECT_LE(most - least, 148'500);
  EXPECT_GT(least, 12'000'000 - 3 * 287'500 - 2 * 148'500 - 100'000);
}

TEST(DramPower, SelfRefreshReplacesRefreshes) {
  test::in_child([] {
    const Outcome r = run({{0, false, 0, 32}}, 1'000'000'000, kConfig);
    EXPECT_EQ(r.refreshes, 5);                                      // before 20 us
    EXPECT_EQ(r.residency[3], 1'000'000'000 - 20'020'000 - 7'500);  // quiet from 20 ns on; leaves power-down first
  });
}

// A hit takes 32 ns awake, a miss 50. After power-down the row is closed and commands wait for tCKE + tXP = 15 ns
// instead of the 4 ns that the request spends in the controller; after self-refresh for
// tXP + tRPab + tSR + tXSR = 331 ns.
TEST(DramPower, WakingTakesTheExitLatencies) {
  test::in_child([] {
    const Outcome r =
        run({{0, false, 0, 32}, {90'000, false, 0, 32}, {1'000'000, false, 0, 32}, {50'000'000, false, 0, 32}},
            60'000'000, kConfig);
    EXPECT_EQ(r.answers[1] - 90'000, 32'000);
    EXPECT_EQ(r.answers[2] - 1'000'000, 50'000 + 11'000);
    EXPECT_EQ(r.answers[3] - 50'000'000, 50'000 + 327'000);
  });
}

// 20 ns in the controller at 200 MHz cover the 15 ns of waking: as long as the first read, which found the device up.
TEST(DramPower, ASlowControllerHidesTheExitFromPowerDown) {
  test::in_child([] {
    TestEnvironment::Options options;
    options.frequency_hz = 200'000'000;
    TestEnvironment environment(options);
    environment.set_clock("dram", 1'600'000'000);
    Dram dram("dram", DramConfig::schema().read(test::yaml(kConfig)), environment);
    Traffic traffic("traffic", {{0, false, 0, 32}, {50'000, false, 0, 32}, {1'000'000, false, 0, 32}});
    traffic.port.socket.bind(dynamic_cast<kernel::TargetPort&>(*dram.target_side("")).socket);
    sc_core::sc_start();
    EXPECT_EQ(traffic.answered_ps(2) - 1'000'000, traffic.answered_ps(0));
    EXPECT_LT(traffic.answered_ps(1) - 50'000, traffic.answered_ps(0));
  });
}

// At a quarter of its clock the device takes 160 ns for 256 B, longer than the time-out: but it is never quiet.
TEST(DramPower, AStreamAtAQuarterOfTheClockIsNotTakenForIdleness) {
  for (const int outstanding : {2, 16}) {
    test::in_child([outstanding] {
      std::vector<Access> accesses;
      for (std::uint64_t i = 0; i < 400; ++i) accesses.push_back({0, i % 4 == 3, i * 256, 256});
      const Outcome r = run(accesses, 100'000'000, kConfig, 0, 400'000'000, outstanding);
      const std::int64_t end = *std::max_element(r.answers.begin(), r.answers.end());
      ASSERT_GT(end, 400 * 160'000);
      std::int64_t closed = 0, refreshed = 0;
      for (const DramCommand& c : r.commands) {
        if (c.at_ps > end) continue;
        EXPECT_NE(c.kind, DramCommand::Kind::kPowerDownEntry) << "at " << c.at_ps;
        closed += c.kind == DramCommand::Kind::kPrechargeAll;
        refreshed += c.kind == DramCommand::Kind::kRefresh;
      }
      EXPECT_EQ(closed, refreshed);
      EXPECT_GT(refreshed, 10);
    });
  }
}

std::vector<Access> lulls(unsigned seed) {
  std::mt19937 random(seed);
  std::vector<Access> accesses;
  std::int64_t now = 0;
  for (int i = 0; i < 800; ++i) {
    const auto kind = random() % 10;
    now += kind < 6 ? 0 : kind < 9 ? random() % 3'000'000 : random() % 60'000'000;
    accesses.push_back({now, random() % 2 == 0, (random() % (1u << 14)) * 64, 64});
  }
  return accesses;
}

TEST(DramPower, ResidenciesSumToTheTimeAndCommandsKeepTheRules) {
  for (unsigned seed = 0; seed < 4; ++seed) {
    test::in_child([seed] {
      const auto accesses = lulls(seed);
      const std::int64_t duration = accesses.back().at_ps + 30'000'000;
      const Outcome r = run(accesses, duration, kConfig, 7'777'777);
      std::int64_t sum = 0;
      for (const std::int64_t t : r.residency) {
        EXPECT_GT(t, 0);
        sum += t;
      }
      EXPECT_EQ(sum, r.total_ps);
      EXPECT_EQ(test::first_violation(r.commands, test::DramLimits::exact(1'600'000'000), 8), "");
    });
  }
}

// Looking must not change what is seen: epochs are cut at arbitrary times.
TEST(DramPower, EpochsDoNotChangeAnything) {
  const auto numbers = [](std::int64_t window_ps) {
    return test::simulate([window_ps] {
      const auto accesses = lulls(9);
      const Outcome r = run(accesses, accesses.back().at_ps + 30'000'000, kConfig, window_ps);
      std::vector<std::int64_t> out = r.answers;
      out.insert(out.end(), r.residency.begin(), r.residency.end());
      out.push_back(r.refreshes);
      return out;
    });
  };
  const auto whole = numbers(0);
  EXPECT_EQ(whole.size(), 800u + 5u);
  EXPECT_EQ(numbers(1'000'003), whole);
  EXPECT_EQ(numbers(99'991), whole);
}

}  // namespace
}  // namespace subvolt::mem
