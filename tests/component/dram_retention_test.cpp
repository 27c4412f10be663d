// Does a DRAM whose power domain goes to RETENTION refresh itself, and pay for coming back? Does partial-array
// self-refresh cost capacity, and heat refreshes?
#include <gtest/gtest.h>

#include <algorithm>

#include "models/hw/power_manager/power_manager.h"
#include "models/mem/dram/dram.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"
#include "tests/support/traffic.h"

namespace subvolt::mem {
namespace {

using power::PowerState;
using test::kNs;
using test::kUs;
using test::TestEnvironment;
using test::Traffic;

kernel::PowerDomainSettings retention_after(Picoseconds after) {
  kernel::PowerDomainSettings settings = test::always_on();
  settings.name = "PD_DRAM";
  settings.policy = test::policy("power_gate_after", "{state: RETENTION, after: " + std::to_string(after) + " ps}");
  settings.timing[static_cast<std::size_t>(PowerState::kRetention)] = {true, 0, 500 * kNs, 2 * kUs};
  return settings;
}

struct RetentionBench {
  RetentionBench(const std::string& device, Hertz frequency, const kernel::PowerDomainSettings& domain,
                 std::vector<test::Access> accesses, const std::string& policies = "{}")
      : clock(environment, frequency, domain),
        dram("dram", DramConfig::schema().read(test::yaml("{device: " + device + ", policies: " + policies + "}")),
             environment),
        manager("manager", {}, environment),
        traffic("traffic", std::move(accesses)) {
    traffic.port.socket.bind(dynamic_cast<kernel::TargetPort&>(*dram.target_side("")).socket);
    dram.engine().on_command([this](const kernel::MemoryEngine::Command& c) { commands.emplace_back(c.name); });
  }
  std::int64_t times(const std::string& command) const { return std::count(commands.begin(), commands.end(), command); }
  struct Surroundings {
    Surroundings(TestEnvironment& environment, Hertz hz, const kernel::PowerDomainSettings& domain) {
      environment.set_clock("dram", hz);
      environment.set_power_domain("dram", domain);
    }
  };

  TestEnvironment environment;
  Surroundings clock;
  Dram dram;
  hw::PowerManager manager;
  Traffic traffic;
  std::vector<std::string> commands;
};

kernel::PowerDomainSettings stays_on() {
  kernel::PowerDomainSettings settings = test::always_on();
  settings.name = "PD_DRAM";
  return settings;
}

const std::vector<test::Access> kFarApart{{0, false, 0, 32}, {100 * kUs, false, 4096, 32}};

TEST(DramRetention, RefreshesItselfAndPaysForComingBack) {
  Picoseconds awake{};
  for (const bool sleeps : {false, true}) {
    const auto latency = test::simulate([sleeps] {
      RetentionBench bench("lpddr4_3200", Hertz(1'600'000'000), sleeps ? retention_after(20 * kUs) : stays_on(),
                           kFarApart);
      sc_core::sc_start();
      EXPECT_TRUE(bench.traffic.all_served());
      const auto record = bench.environment.finish();
      if (sleeps) {
        // From 20 us after the first answer and 0.5 us of entry to 2 us after the second request: 81.4 us. A refresh
        // may hold the entry up by 0.3 us.
        const std::int64_t asleep = test::events(record, "dram.self_refresh");
        EXPECT_NEAR(static_cast<double>(asleep), 81.4e6, 0.4e6);
        EXPECT_EQ(bench.times("SRE"), 1);
        EXPECT_EQ(bench.times("SRX"), 1);
        // Every 3.904 us while it is awake: before, and for 20 us and the entry afterwards.
        EXPECT_NEAR(static_cast<double>(bench.times("REFab")), 41.1e6 / 3.904e6, 1.0);
      } else {
        EXPECT_EQ(test::events(record, "dram.self_refresh"), 0);
        EXPECT_NEAR(static_cast<double>(bench.times("REFab")), 100e6 / 3.904e6, 1.0);
      }
      return std::vector<std::int64_t>{bench.traffic.answered(1) - 100 * kUs};
    });
    ASSERT_EQ(latency.size(), 1u);
    if (!sleeps) {
      awake = latency[0];
      EXPECT_LT(awake, 400 * kNs);
    } else {
      // The domain's 2 us, then tXSR of 287.5 ns from SRX on, which is sent 4 ns before the request arrives, and a
      // refresh of 280 ns, with commands of 2 and 4 clocks of 0.625 ns.
      EXPECT_NEAR(static_cast<double>(latency[0] - 2 * kUs), 50'000 + 287'500 + 280'000 - 4'000 - 1'250, 1'500);
    }
  }
}

TEST(DramRetention, AnyDeviceDoesWhatItCan) {
  struct Device {
    const char* name;
    Hertz hz;
    bool self_refresh;
  };
  for (const Device& device :
       {Device{"ddr3_1600", Hertz(800'000'000), true}, Device{"ddr4_2400", Hertz(1'200'000'000), true},
        Device{"lpddr3_1600", Hertz(800'000'000), true}, Device{"lpddr5_6400", Hertz(800'000'000), false}}) {
    test::in_child([&device] {
      RetentionBench bench(device.name, device.hz, retention_after(20 * kUs), kFarApart);
      sc_core::sc_start();
      EXPECT_TRUE(bench.traffic.all_served()) << device.name;
      EXPECT_EQ(bench.times("SRE"), device.self_refresh ? 1 : 0) << device.name;
      EXPECT_EQ(bench.times("PDE"), 0) << device.name;
      const auto record = bench.environment.finish();
      if (device.self_refresh) {
        EXPECT_GT(test::events(record, "dram.self_refresh"), 75 * kUs) << device.name;
      } else {
        // Without a state that keeps its contents by itself it goes on being refreshed.
        EXPECT_EQ(test::events(record, "dram.precharge_standby") + test::events(record, "dram.active_standby"),
                  record.total_time);
        EXPECT_GT(bench.times("REFab"), 10) << device.name;
      }
    });
  }
}

TEST(DramRetention, IsFollowedWhateverTheControllersOwnPolicy) {
  for (const char* policies :
       {"{self_refresh: {policy: request}}", "{power_down: {policy: idle, after: 100 ns, close_rows: true}}",
        "{self_refresh: {policy: idle, after: 5 us}, power_down: {policy: idle, after: 100 ns}}",
        "{page_policy: timeout, refresh: {mode: per_bank}}"}) {
    test::in_child([policies] {
      RetentionBench bench("lpddr4_3200", Hertz(1'600'000'000), retention_after(20 * kUs), kFarApart, policies);
      sc_core::sc_start();
      EXPECT_TRUE(bench.traffic.all_served()) << policies;
      EXPECT_GE(bench.times("SRX"), 1) << policies;
      EXPECT_LE(bench.times("SRE") - bench.times("SRX"), 1) << policies;
      EXPECT_GT(test::events(bench.environment.finish(), "dram.self_refresh"), 75 * kUs) << policies;
    });
  }
}

TEST(DramRetention, PartOfTheArrayIsPartOfTheCapacity) {
  for (const double array : {1.0, 0.5, 0.25, 0.125}) {
    for (const char* policy : {"never", "idle"}) {
      test::in_child([array, policy] {
        const std::string policies =
            "{self_refresh: {policy: " + std::string(policy) + ", array: " + std::to_string(array) + "}}";
        RetentionBench bench("lpddr4_3200", Hertz(1'600'000'000), retention_after(20 * kUs), {}, policies);
        EXPECT_EQ(static_cast<double>(bench.dram.capacity().value()), array * 1024.0 * 1024.0 * 1024.0);
        const auto& events = bench.dram.engine().events();
        const auto state =
            std::find_if(events.begin(), events.end(), [](const auto& e) { return e.name == "self_refresh"; });
        ASSERT_NE(state, events.end());
        EXPECT_EQ(state->attributes, (std::vector<std::pair<std::string, double>>{{"pasr_fraction", array}}));
      });
    }
  }
}

TEST(DramRetention, HeatRefreshesMoreOften) {
  const auto refreshes = [](const std::string& celsius) {
    return test::simulate([&celsius] {
      RetentionBench bench("lpddr4_3200", Hertz(1'600'000'000), stays_on(), {{400 * kUs, false, 0, 32}},
                           "{temperature: " + celsius + " C}");
      sc_core::sc_start();
      return std::vector<std::int64_t>{bench.times("REFab")};
    })[0];
  };
  EXPECT_NEAR(static_cast<double>(refreshes("25")), 400.0 / 3.904, 1.0);
  EXPECT_EQ(refreshes("85"), refreshes("25"));
  EXPECT_NEAR(static_cast<double>(refreshes("95")), 400.0 / 3.904 / 0.5, 1.0);
  EXPECT_NEAR(static_cast<double>(refreshes("105")), 400.0 / 3.904 / 0.25, 1.0);
}

}  // namespace
}  // namespace subvolt::mem
