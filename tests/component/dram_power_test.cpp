// Does the DRAM spend its time in the right power states, all of it, and pay for leaving them?
#include <gtest/gtest.h>

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

const std::vector<std::string> kStates = {"active_standby", "precharge_standby", "active_power_down",
                                          "precharge_power_down", "self_refresh"};

struct Outcome {
  std::vector<std::int64_t> answers;
  std::vector<std::int64_t> residency;  // by kStates
  std::int64_t total_ps = 0, refreshes = 0;
  std::vector<DramCommand> commands;
};

// Plays `accesses` for `duration_ps`; checks that the residencies of every epoch sum to its length.
Outcome run(std::vector<Access> accesses, std::int64_t duration_ps, const std::string& config,
            std::int64_t window_ps = 0) {
  TestEnvironment::Options options;
  options.window_ps = window_ps;
  TestEnvironment environment(options);
  environment.set_clock("dram", 1'600'000'000);
  Dram dram("dram", DramConfig::schema().read(test::yaml(config)), environment);
  Traffic traffic("traffic", std::move(accesses));
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

// By hand: read at 0, activate at 4 ns, no precharge. Power-down 100 ns after the arrival, with the row open, until
// tXP + tRPab = 28.5 ns before the refresh at 3904 ns; precharge at 3883, refresh counts as active until 4184;
// power-down, precharged, to the end at 5000 ns.
TEST(DramPower, ResidenciesOfOneReadByHand) {
  test::in_child([] {
    const Outcome r = run({{0, false, 0, 32}}, 5'000'000, kConfig);
    EXPECT_EQ(r.residency[0], (100 - 4) * 1000 + 7'500 + 280'000);  // active: row open and awake, or in refresh
    EXPECT_EQ(r.residency[1], 4'000 + 21'000);
    EXPECT_EQ(r.residency[2], 3'875'500 - 100'000);
    EXPECT_EQ(r.residency[3], 5'000'000 - 4'184'000);
    EXPECT_EQ(r.residency[4], 0);
    EXPECT_EQ(r.refreshes, 1);
  });
}

TEST(DramPower, SelfRefreshReplacesRefreshes) {
  test::in_child([] {
    const Outcome r = run({{0, false, 0, 32}}, 1'000'000'000, kConfig);
    EXPECT_EQ(r.refreshes, 5);                                      // before 20 us
    EXPECT_EQ(r.residency[4], 1'000'000'000 - 20'000'000 - 7'500);  // leaves power-down first
  });
}

// A hit takes 32 ns awake. After power-down commands wait for tCKE + tXP = 15 ns instead of the 4 ns that the
// request spends in the controller; after self-refresh for tXP + tRPab + tSR + tXSR = 331 ns, and the row is closed.
TEST(DramPower, WakingTakesTheExitLatencies) {
  test::in_child([] {
    const Outcome r =
        run({{0, false, 0, 32}, {90'000, false, 0, 32}, {1'000'000, false, 0, 32}, {50'000'000, false, 0, 32}},
            60'000'000, kConfig);
    EXPECT_EQ(r.answers[1] - 90'000, 32'000);
    EXPECT_EQ(r.answers[2] - 1'000'000, 32'000 + 11'000);
    EXPECT_EQ(r.answers[3] - 50'000'000, 50'000 + 327'000);
  });
}

// 20 ns in the controller at 200 MHz cover the 15 ns of waking.
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
    EXPECT_EQ(traffic.answered_ps(1) - 50'000, traffic.answered_ps(2) - 1'000'000);
  });
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
  EXPECT_EQ(whole.size(), 800u + 6u);
  EXPECT_EQ(numbers(1'000'003), whole);
  EXPECT_EQ(numbers(99'991), whole);
}

}  // namespace
}  // namespace subvolt::mem
