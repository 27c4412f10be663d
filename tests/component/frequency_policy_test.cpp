// Does a DRAM's clock follow its power manager: down by steps when it is quiet, up at once when it is busy, for the
// time that a switch takes, and no further than the operating point's own clock?
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "models/hw/power_manager/power_manager.h"
#include "models/mem/dram/dram.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"
#include "tests/support/traffic.h"

namespace subvolt::mem {
namespace {

using test::Access;
using test::kNs;
using test::kUs;
using test::TestEnvironment;
using test::Traffic;

constexpr Hertz kFull{1'600'000'000};
// A policy by its name, with windows of 5 us and keys as they are when absent; "": none.
const std::string kUtilisation = "utilisation";
const char* const kStandbys[] = {"active_standby", "precharge_standby"};

struct ScalingBench {
  ScalingBench(std::vector<Access> accesses, const std::string& scaling, const std::string& policies = "{}",
               Hertz frequency = kFull)
      : clock(environment, frequency, scaling),
        dram("dram", DramConfig::schema().read(test::yaml("{device: lpddr4_3200, policies: " + policies + "}")),
             environment),
        manager("manager", {}, environment),
        traffic("traffic", std::move(accesses), 8) {
    traffic.port.socket.bind(dynamic_cast<kernel::TargetPort&>(*dram.target_side("")).socket);
    dram.engine().on_command([this](const kernel::MemoryEngine::Command& c) { commands.push_back(c); });
  }
  power::ActivityRecord run(Picoseconds until) {
    sc_core::sc_start(kernel::to_sc_time(until));
    EXPECT_TRUE(traffic.all_served());
    return environment.finish();
  }
  struct SetClock {
    SetClock(TestEnvironment& environment, Hertz hz, const std::string& scaling) {
      environment.set_clock(
          "dram", hz,
          scaling.empty() ? kernel::ClockScaling() : kernel::make_clock_scaling(test::policy(scaling), 5 * kUs));
    }
  };

  TestEnvironment environment;
  SetClock clock;
  Dram dram;
  hw::PowerManager manager;
  Traffic traffic;
  std::vector<kernel::MemoryEngine::Command> commands;
};

std::int64_t standby(const power::ActivityRecord& record, const std::string& point) {
  std::int64_t sum = 0;
  for (const std::string state : kStandbys) sum += test::events(record, "dram." + state + point);
  return sum;
}

std::int64_t asleep(const power::ActivityRecord& record) {
  std::int64_t sum = 0;
  for (const std::string state : {"active_power_down", "precharge_power_down", "self_refresh", "deep_power_down"}) {
    sum += test::events(record, "dram." + state);
  }
  return sum;
}

std::int64_t total_switches(const power::ActivityRecord& record) {
  return test::events(record, "dram.set_point_switches");
}

// Sequential reads as fast as eight outstanding ones go, from `from` on.
std::vector<Access> burst(Picoseconds from, int accesses) {
  std::vector<Access> out;
  for (int i = 0; i < accesses; ++i) out.push_back({from, false, static_cast<std::uint64_t>(i) * 256, 256});
  return out;
}

TEST(FrequencyPolicy, QuietWindowsGoDownByStepsBusyOnesUpAtOnce) {
  for (const char* policies : {"{}", "{rounding: exact}", "{rounding: exact, power_down: {policy: idle, after: 1 us}}",
                               "{refresh: {mode: per_bank}, page_policy: closed}"}) {
    test::in_child([policies] {
      // 256 KB are 41 us at 6.4 GB/s, from 40 us on.
      ScalingBench bench(burst(40 * kUs, 1000), kUtilisation, policies);
      const auto record = bench.run(150 * kUs);
      // Down at 5, 10 and 15 us, up at the end of the busy window that ends at 45 us, down again after the burst.
      EXPECT_EQ(total_switches(record), 3 + 1 + 3) << policies;
      EXPECT_EQ(test::events(record, "manager.set_point_request"), 7) << policies;
      std::int64_t sum = asleep(record);
      for (const char* point : {"", "@f800", "@f533", "@f266"}) {
        EXPECT_GT(standby(record, point), 0) << point << policies;
        sum += standby(record, point);
      }
      EXPECT_EQ(sum, record.total_time) << policies;
      // The first windows at each point are idle; only refreshes and the switch's beginning blur them.
      if (asleep(record) == 0) {
        EXPECT_NEAR(static_cast<double>(standby(record, "@f533")), 10e6, 1e6) << policies;
      }
    });
  }
}

TEST(FrequencyPolicy, ASwitchTakesItsTimeAndNoCommandGoesMeanwhile) {
  test::in_child([] {
    // Offered 4 ns after the request for another clock: the device stands still for 250 ns and then runs at 800 MHz.
    ScalingBench bench({{0, false, 0, 32}, {5 * kUs, false, 4096, 32}}, kUtilisation, "{rounding: exact}");
    bench.run(6 * kUs);
    Picoseconds switched = 5 * kUs, first = -1;
    for (const auto& c : bench.commands) {
      if (c.at > switched && std::string(c.name) == "ACT" && first < 0) first = c.at;
      EXPECT_FALSE(c.at > switched + 22 * kNs && c.at < switched + 250 * kNs) << c.name << c.at;
    }
    // An open row is closed first: 21 ns at most.
    EXPECT_GE(first, switched + 250 * kNs);
    EXPECT_LE(first, switched + 300 * kNs);
    // RL of the set-point: 14 clocks of 1.25 ns, as at 1600 MHz; the burst takes 10 ns instead of 5.
    EXPECT_GT(bench.traffic.answered(1) - 5 * kUs, 250 * kNs + 45 * kNs);
  });
}

TEST(FrequencyPolicy, FixedChangesNothing) {
  const auto answers = [](const std::string& scaling) {
    return test::simulate([&scaling] {
      ScalingBench bench(burst(40 * kUs, 300), scaling);
      const auto record = bench.run(150 * kUs);
      EXPECT_EQ(total_switches(record), 0);
      std::vector<std::int64_t> out{record.total_time, standby(record, ""),
                                    test::events(record, "manager.set_point_request")};
      for (const auto& answer : bench.traffic.answers()) out.push_back(answer.at);
      for (const auto& c : bench.commands) out.push_back(c.at);
      return out;
    });
  };
  EXPECT_EQ(answers("fixed"), answers(""));
}

TEST(FrequencyPolicy, OnlySlowerClocksAreOffered) {
  const auto points = [](Hertz frequency) {
    return test::simulate([frequency] {
      ScalingBench bench({{100 * kUs, false, 0, 32}}, kUtilisation, "{}", frequency);
      const auto offered = bench.dram.set_points();
      const auto record = bench.run(110 * kUs);
      // It went to the slowest while idle, and no standby is told of points that it does not have.
      EXPECT_EQ(total_switches(record), static_cast<std::int64_t>(offered.size()) - 1);
      std::int64_t sum = 0;
      for (const auto& event : bench.dram.engine().events()) {
        if (event.cause == power::Cause::kBackground) sum += test::events(record, "dram." + event.name);
      }
      EXPECT_EQ(sum, record.total_time);
      std::vector<std::int64_t> hertz;
      for (const Hertz f : offered) hertz.push_back(f.value());
      return hertz;
    });
  };
  using Points = std::vector<std::int64_t>;
  EXPECT_EQ(points(kFull), (Points{kFull.value(), 800'000'000, 533'000'000, 266'000'000}));
  EXPECT_EQ(points(Hertz(800'000'000)), (Points{800'000'000, 533'000'000, 266'000'000}));
  EXPECT_EQ(points(Hertz(400'000'000)), (Points{400'000'000, 266'000'000}));
  EXPECT_EQ(points(Hertz(200'000'000)), (Points{200'000'000}));
}

TEST(FrequencyPolicy, IdleTimeAtASlowClockIsRefreshedAsOften) {
  for (const char* policies : {"{}", "{rounding: exact}", "{refresh: {mode: per_bank}}"}) {
    test::in_child([policies] {
      ScalingBench bench({}, kUtilisation, policies);
      const auto record = bench.run(1000 * kUs);
      const double refreshes = static_cast<double>(test::events(record, "dram.refresh")) +
                               static_cast<double>(test::events(record, "dram.refresh_bank")) / 8.0;
      EXPECT_NEAR(refreshes, 1000.0 / 3.904, 2.0) << policies;
      EXPECT_EQ(test::events(record, "dram.set_point_switches"), 3);
    });
  }
}

// Goes down after every second quiet window, whatever else happens.
class EverySecond : public kernel::FrequencyPolicy {
 public:
  std::size_t choose(const kernel::ClockWindow& window) override {
    const bool slower = ++windows_ % 2 == 0 && window.set_point + 1 < window.set_points;
    return slower ? window.set_point + 1 : window.set_point;
  }

 private:
  int windows_ = 0;
};

// One that remembers is asked after every window, even where nothing happens and nothing has changed.
TEST(FrequencyPolicy, OneThatRemembersHearsOfEveryWindow) {
  test::in_child([] {
    TestEnvironment environment;
    environment.set_clock("dram", kFull, {std::make_unique<EverySecond>(), 5 * kUs});
    Dram dram("dram", DramConfig::schema().read(test::yaml("{device: lpddr4_3200}")), environment);
    hw::PowerManager manager("manager", {}, environment);
    Traffic traffic("traffic", {}, 8);
    traffic.port.socket.bind(dynamic_cast<kernel::TargetPort&>(*dram.target_side("")).socket);
    sc_core::sc_start(kernel::to_sc_time(24 * kUs));
    EXPECT_EQ(dram.set_point(), 2U);  // after 10 and 20 us
  });
}

// What a policy of one's own does wrong is told where it is done.
TEST(FrequencyPolicy, OneThatChoosesWhatThereIsNotIsRefused) {
  struct Beyond : kernel::FrequencyPolicy {
    std::size_t choose(const kernel::ClockWindow& window) override { return window.set_points; }
  };
  test::in_child([] {
    TestEnvironment environment;
    environment.set_clock("dram", kFull, {std::make_unique<Beyond>(), 5 * kUs});
    Dram dram("dram", DramConfig::schema().read(test::yaml("{device: lpddr4_3200}")), environment);
    hw::PowerManager manager("manager", {}, environment);
    Traffic traffic("traffic", {}, 8);
    traffic.port.socket.bind(dynamic_cast<kernel::TargetPort&>(*dram.target_side("")).socket);
    try {
      sc_core::sc_start(kernel::to_sc_time(6 * kUs));
      ADD_FAILURE() << "no error";
    } catch (const std::exception& e) {
      const std::string what = "clock domain dram_clk: its frequency policy chooses 4 of 4 set-points";
      EXPECT_NE(std::string(e.what()).find(what), std::string::npos) << e.what();
    }
  });
}

}  // namespace
}  // namespace subvolt::mem
