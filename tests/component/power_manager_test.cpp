// Do power domains go down and come back at the times that their policies and latencies say, and never lose or
// delay work beyond that?
#include "models/hw/power_manager/power_manager.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "sim/config/error.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"

namespace subvolt {
namespace {

using kernel::PowerDomainSettings;
using power::PowerState;
using test::in_child;
using test::kUs;
using testing::ElementsAre;
using testing::HasSubstr;

void set_state(PowerDomainSettings& settings, PowerState state, std::int64_t min_residency_us, std::int64_t entry_us,
               std::int64_t exit_us) {
  settings.timing[static_cast<std::size_t>(state)] = {true, min_residency_us * kUs, entry_us * kUs, exit_us * kUs};
}

PowerDomainSettings domain(const std::string& policy, std::int64_t after_us, PowerState state = PowerState::kOff) {
  PowerDomainSettings settings;
  settings.name = "PD_WORK";
  const std::string after = "after: " + std::to_string(after_us) + " us";
  const bool chooses = policy == "power_gate_after";
  settings.policy =
      test::policy(policy, policy == "always_on"
                               ? "{}"
                               : "{" + after + (chooses ? std::string(", state: ") + power::to_text(state) : "") + "}");
  set_state(settings, PowerState::kOn, 0, 0, 0);
  return settings;
}

// Works at given times for given durations, as soon as its domain is up.
class Worker : public kernel::Component {
 public:
  Worker(sc_core::sc_module_name name, kernel::Environment& environment)
      : Component(name, environment,
                  {"worker", "", power::Inventory(), {{"job", "worker.job", power::Cause::kSwitching, "A job.", {}}}}) {
    sc_core::sc_spawn([this] { run(); }, "run");
  }
  struct Job {
    std::int64_t at_us;
    std::int64_t for_us;
    Picoseconds begun{-1};
  };
  std::vector<Job> jobs;

 private:
  void run() {
    for (Job& job : jobs) {
      sc_core::wait(kernel::to_sc_time(std::max<std::int64_t>(job.at_us * kUs - kernel::time_now(), 0)));
      job.begun = ready_at();
      busy(job.begun, job.begun + job.for_us * kUs);
      count(0);
      sc_core::wait(kernel::to_sc_time(job.begun + job.for_us * kUs - kernel::time_now()));
    }
  }
};

struct ManagerBench {
  explicit ManagerBench(const PowerDomainSettings& settings)
      : managed(environment.set_power_domain("worker", settings)),
        worker("worker", environment),
        manager("pm", {}, environment) {}
  void run(std::vector<Worker::Job> jobs, std::int64_t until_us) {
    worker.jobs = std::move(jobs);
    sc_core::sc_start(kernel::to_sc_time(until_us * kUs));
    record = environment.finish();
  }
  // "ON 0", "OFF 12", ...: states of the managed domain (index 1) and the microsecond at which each began.
  std::vector<std::string> history() const {
    std::vector<std::string> lines;
    PowerState last = PowerState::kOn;
    for (const auto& epoch : record.epochs) {
      const PowerState state = epoch.states[1];
      if (!lines.empty() && state == last) continue;
      lines.push_back(std::string(power::to_text(state)) + " " + std::to_string(epoch.begin / kUs));
      last = state;
    }
    return lines;
  }
  std::vector<std::int64_t> begun_us() const {
    std::vector<std::int64_t> times;
    for (const auto& job : worker.jobs) times.push_back(job.begun / kUs);
    return times;
  }

  test::TestEnvironment environment;
  kernel::PowerDomain& managed;
  Worker worker;
  hw::PowerManager manager;
  power::ActivityRecord record;
};

TEST(PowerManager, AlwaysOnStaysOn) {
  in_child([] {
    PowerDomainSettings settings = domain("always_on", 0);
    set_state(settings, PowerState::kOff, 0, 1, 1);
    ManagerBench bench(settings);
    bench.run({{10, 5}}, 100);
    EXPECT_THAT(bench.history(), ElementsAre("ON 0"));
    EXPECT_EQ(test::events(bench.record, "pm.transition"), 0);
  });
}

TEST(PowerManager, CountsAllTheTimeWhateverIsOff) {
  in_child([] {
    PowerDomainSettings settings = domain("power_gate_after", 10);
    set_state(settings, PowerState::kOff, 4, 2, 5);
    ManagerBench bench(settings);
    bench.run({{30, 5}}, 100);
    EXPECT_EQ(test::events(bench.record, "pm.always_on"), 100 * kUs);
    for (const power::Epoch& epoch : bench.record.epochs) {
      std::int64_t counted = 0;
      for (const power::EventCount& e : epoch.events) {
        if (e.event == 1 + 2) counted += e.count;  // of the worker's one and the manager's third
      }
      EXPECT_EQ(counted, epoch.end - epoch.begin);
    }
  });
}

TEST(PowerManager, ClockGateStopsTheClockAfterItsTime) {
  in_child([] {
    PowerDomainSettings settings = domain("clock_gate", 3);
    set_state(settings, PowerState::kClkGated, 0, 0, 0);
    ManagerBench bench(settings);
    bench.run({{10, 5}, {17, 1}, {40, 2}}, 100);
    // The pause from 15 to 17 is too short.
    EXPECT_THAT(bench.history(), ElementsAre("ON 0", "CLK_GATED 3", "ON 10", "CLK_GATED 21", "ON 40", "CLK_GATED 45"));
    EXPECT_THAT(bench.begun_us(), ElementsAre(10, 17, 40));
    EXPECT_EQ(test::events(bench.record, "pm.transition"), 5);
  });
}

TEST(PowerManager, PowerGateGoesOffAndWakesWithItsLatencies) {
  in_child([] {
    PowerDomainSettings settings = domain("power_gate_after", 10);
    set_state(settings, PowerState::kOff, 4, 2, 5);
    ManagerBench bench(settings);
    bench.run({{30, 5}}, 100);
    EXPECT_THAT(bench.history(),
                ElementsAre("ON 0", "SLEEPING 10", "OFF 12", "WAKING 30", "ON 35", "SLEEPING 50", "OFF 52"));
    EXPECT_THAT(bench.begun_us(), ElementsAre(35));
    EXPECT_EQ(test::events(bench.record, "pm.transition"), 3);  // down, up, down
  });
}

TEST(PowerManager, WorkDuringTheDescentWaitsForDescentAndWakeUp) {
  in_child([] {
    PowerDomainSettings settings = domain("power_gate_after", 10);
    set_state(settings, PowerState::kOff, 0, 4, 5);
    ManagerBench bench(settings);
    bench.run({{12, 1}}, 60);
    // SLEEPING from 10 to 14, OFF for no time, WAKING to 19; then down again after 20 + 10.
    EXPECT_THAT(bench.history(), ElementsAre("ON 0", "SLEEPING 10", "WAKING 14", "ON 19", "SLEEPING 30", "OFF 34"));
    EXPECT_THAT(bench.begun_us(), ElementsAre(19));
  });
}

TEST(PowerManager, WorkAtTheVeryEndOfTheIdleTimeIsServed) {
  in_child([] {
    PowerDomainSettings settings = domain("power_gate_after", 10, PowerState::kRetention);
    set_state(settings, PowerState::kRetention, 0, 1, 2);
    ManagerBench bench(settings);
    bench.run({{10, 1}, {21, 1}, {32, 1}}, 34);
    // Whether the descent or the work is first within the instant, each job is done, at most one wake-up late.
    ASSERT_EQ(test::events(bench.record, "worker.job"), 3);
    for (const auto& job : bench.worker.jobs) {
      EXPECT_GE(job.begun, job.at_us * kUs);
      EXPECT_LE(job.begun, (job.at_us + 1 + 2) * kUs + 2 * kUs);
    }
  });
}

TEST(PowerManager, MinResidencyOutweighsAShorterWait) {
  in_child([] {
    PowerDomainSettings settings = domain("power_gate_after", 1, PowerState::kRetention);
    set_state(settings, PowerState::kRetention, 20, 1, 1);
    ManagerBench bench(settings);
    bench.run({{5, 1}, {20, 1}}, 60);
    EXPECT_THAT(bench.history(), ElementsAre("ON 0", "SLEEPING 41", "RETENTION 42"));
  });
}

TEST(PowerManager, WithoutLeafGatesTheClockStopsAtOnceAndThePowerLater) {
  in_child([] {
    PowerDomainSettings settings = domain("power_gate_after", 10);
    settings.gate_idle_units = false;
    set_state(settings, PowerState::kClkGated, 0, 0, 0);
    set_state(settings, PowerState::kOff, 0, 1, 2);
    ManagerBench bench(settings);
    bench.run({{5, 2}, {40, 1}}, 60);
    EXPECT_THAT(bench.history(), ElementsAre("CLK_GATED 0", "ON 5", "CLK_GATED 7", "SLEEPING 17", "OFF 18", "WAKING 40",
                                             "ON 42", "CLK_GATED 43", "SLEEPING 53", "OFF 54"));
  });
}

TEST(PowerManager, ADomainWokenEarlyIsNotSentBackBeforeItsWork) {
  in_child([] {
    PowerDomainSettings settings = domain("power_gate_after", 10);
    set_state(settings, PowerState::kOff, 0, 1, 5);
    ManagerBench bench(settings);
    // Woken at 50 for nothing: up at 55, and down again only after 10 of idleness.
    sc_core::sc_spawn([&] {
      sc_core::wait(kernel::to_sc_time(50 * kUs));
      bench.managed.wake();
    });
    bench.run({}, 80);
    EXPECT_THAT(bench.history(),
                ElementsAre("ON 0", "SLEEPING 10", "OFF 11", "WAKING 50", "ON 55", "SLEEPING 65", "OFF 66"));
  });
}

TEST(PowerManager, ADescentThatEndsInAWakeUpWithoutLatencyIsFollowedByTheNextOne) {
  in_child([] {
    PowerDomainSettings settings = domain("power_gate_after", 10, PowerState::kRetention);
    set_state(settings, PowerState::kRetention, 0, 4, 0);
    ManagerBench bench(settings);
    bench.run({{12, 1}}, 60);
    EXPECT_THAT(bench.history(), ElementsAre("ON 0", "SLEEPING 10", "ON 14", "SLEEPING 25", "RETENTION 29"));
  });
}

TEST(PowerManager, ACallForPowerThatBringsNoWorkDoesNotKeepTheDomainUp) {
  in_child([] {
    PowerDomainSettings settings = domain("clock_gate", 10);
    set_state(settings, PowerState::kClkGated, 0, 0, 0);
    ManagerBench bench(settings);
    sc_core::sc_spawn([&] {
      for (const std::int64_t pause_us : {5, 15}) {  // once while it waits for its descent, once after it
        sc_core::wait(kernel::to_sc_time(pause_us * kUs));
        bench.managed.wake();
      }
    });
    bench.run({}, 60);
    EXPECT_THAT(bench.history(), ElementsAre("ON 0", "CLK_GATED 10", "ON 20", "CLK_GATED 30"));
  });
}

TEST(PowerManager, RandomWorkIsAllDoneAndResidenciesSumToTheTime) {
  for (const char* policy : {"always_on", "clock_gate", "power_gate_after"}) {
    in_child([&] {
      std::mt19937 random(11);
      PowerDomainSettings settings = domain(policy, 7, PowerState::kRetention);
      set_state(settings, PowerState::kClkGated, 0, 0, 0);
      set_state(settings, PowerState::kRetention, 5, 2, 3);
      ManagerBench bench(settings);
      std::vector<Worker::Job> jobs;
      std::int64_t at = 0;
      std::int64_t work_us = 0;
      for (int i = 0; i < 300; ++i) {
        at += random() % 40;
        jobs.push_back({at, 1 + static_cast<std::int64_t>(random() % 5)});
        work_us += jobs.back().for_us;
      }
      bench.run(jobs, 20'000);
      EXPECT_EQ(test::events(bench.record, "worker.job"), 300);
      std::map<PowerState, std::int64_t> residency;
      std::int64_t sum = 0;
      std::int64_t end = 0;
      std::int64_t edges = 0;
      std::int64_t downs = 0;
      for (const auto& epoch : bench.record.epochs) {
        EXPECT_EQ(epoch.begin, end);
        end = epoch.end;
        residency[epoch.states[1]] += epoch.end - epoch.begin;
        sum += epoch.end - epoch.begin;
        edges += epoch.clock_cycles[0];
        for (const auto& t : epoch.transitions) {
          if (t.domain == 1 && t.from == PowerState::kOn) downs += t.times;
        }
      }
      EXPECT_EQ(sum, 20'000 * kUs);
      EXPECT_EQ(edges, work_us * 1000);  // 1 GHz, clocked while it works and only then
      EXPECT_GE(residency[PowerState::kOn], work_us * kUs);
      // No flapping: at most one descent per job, plus the first.
      EXPECT_LE(downs, 301);
      // On average 20 between jobs: whatever goes down must have done so.
      EXPECT_EQ(downs > 50, std::string(policy) != "always_on") << policy << " " << downs;
      EXPECT_EQ(residency[PowerState::kSleeping], residency[PowerState::kRetention] > 0 ? downs * 2 * kUs : 0);
    });
  }
}

TEST(PowerManager, ItsClockRunsAllTheTime) {
  in_child([] {
    ManagerBench bench(domain("always_on", 0));
    bench.run({}, 50);
    std::int64_t edges = 0;
    for (const auto& epoch : bench.record.epochs) edges += epoch.clock_cycles[1];
    EXPECT_EQ(edges, 50'000);
  });
}

void expect_error(const PowerDomainSettings& managed, const PowerDomainSettings& own, const std::string& part) {
  in_child([&] {
    test::TestEnvironment::Options options;
    options.power_domain = own;
    test::TestEnvironment environment(options);
    try {
      environment.set_power_domain("worker", managed);
      hw::PowerManager manager("pm", {}, environment);
      ADD_FAILURE() << "no error that says " << part;
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), ErrorKind::kConfiguration);
      EXPECT_THAT(e.what(), HasSubstr(part));
    }
  });
}

TEST(PowerManager, WrongPoliciesAreErrors) {
  const PowerDomainSettings on = test::always_on();
  expect_error(domain("clock_gat", 0), on, "expected one of always_on, clock_gate, power_gate_after");
  expect_error(domain("clock_gat", 0), on, "did you mean \"clock_gate\"");
  expect_error(domain("power_gate_after", 0), on, "goes to OFF, which the domain's states do not list");
  PowerDomainSettings own = domain("clock_gate", 0);
  own.name = "PD_AON";
  set_state(own, PowerState::kClkGated, 0, 0, 0);
  expect_error(domain("always_on", 0), own, "the domain of pm must stay on");
}

}  // namespace
}  // namespace subvolt
