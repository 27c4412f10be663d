// Does every registered gating policy keep the promises that power domains rely on?
#include <gtest/gtest.h>

#include "models/hw/power_manager/power_manager.h"
#include "sim/kernel/gating_policy.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"

namespace subvolt {
namespace {

using kernel::PowerDomainSettings;
using power::PowerState;
using test::kUs;

constexpr PowerState kDown[] = {PowerState::kClkGated, PowerState::kRetention, PowerState::kOff};

// How little a state keeps running; a descent must lead to a greater depth.
int depth(PowerState state) {
  for (int i = 0; i < 3; ++i) {
    if (kDown[i] == state) return i + 1;
  }
  return state == PowerState::kOn ? 0 : -1;  // transitional states are no aim
}

// All combinations of waits, aims and leaf gates, with residencies that matter.
std::vector<PowerDomainSettings> domains() {
  std::vector<PowerDomainSettings> all;
  for (const std::int64_t after : {std::int64_t{0}, 3 * kUs, 1000 * kUs}) {
    for (const PowerState aim : kDown) {
      for (const bool leaf_gates : {false, true}) {
        PowerDomainSettings settings;
        settings.name = "PD_WORK";
        settings.policy_after_ps = after;
        settings.policy_state = aim;
        settings.gate_idle_units = leaf_gates;
        settings.timing[static_cast<std::size_t>(PowerState::kOn)] = {true, 0, 0, 0};
        settings.timing[static_cast<std::size_t>(PowerState::kClkGated)] = {true, 0, 0, 0};
        settings.timing[static_cast<std::size_t>(PowerState::kRetention)] = {true, 10 * kUs, kUs, 2 * kUs};
        settings.timing[static_cast<std::size_t>(PowerState::kOff)] = {true, 20 * kUs, kUs, 5 * kUs};
        all.push_back(settings);
      }
    }
  }
  return all;
}

class EveryGatingPolicy : public testing::TestWithParam<const kernel::GatingPolicy*> {};

TEST_P(EveryGatingPolicy, HasANameAndASummaryForThePublic) {
  EXPECT_FALSE(GetParam()->name().empty());
  EXPECT_EQ(GetParam()->name().find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), std::string::npos);
  EXPECT_GE(GetParam()->summary().size(), 10u);
  EXPECT_EQ(kernel::find_gating_policy(GetParam()->name()), GetParam());
}

TEST_P(EveryGatingPolicy, DescendsOnlyAndNotBeforeMinResidency) {
  for (const PowerDomainSettings& settings : domains()) {
    const auto check = [&](const std::optional<kernel::Descent>& descent, PowerState from) {
      if (!descent) return;
      EXPECT_GT(depth(descent->state), depth(from));
      EXPECT_GE(descent->after_ps, settings.timing_of(descent->state).min_residency_ps);
    };
    check(GetParam()->when_idle(settings), PowerState::kOn);
    for (const PowerState state : kDown) check(GetParam()->when_settled(settings, state), state);
  }
}

TEST_P(EveryGatingPolicy, DecidesTheSameEachTime) {
  for (const PowerDomainSettings& settings : domains()) {
    const auto first = GetParam()->when_idle(settings);
    const auto second = GetParam()->when_idle(settings);
    ASSERT_EQ(first.has_value(), second.has_value());
    if (!first) continue;
    EXPECT_EQ(first->after_ps, second->after_ps);
    EXPECT_EQ(first->state, second->state);
  }
}

TEST_P(EveryGatingPolicy, NeverHoldsWorkUpForMoreThanOneWayDownAndUp) {
  for (PowerDomainSettings settings : domains()) {
    settings.policy = GetParam()->name();
    test::in_child([&] {
      test::TestEnvironment environment;
      kernel::PowerDomain& domain = environment.set_power_domain("work", settings);
      hw::PowerManager manager("manager", {}, environment);
      const std::int64_t longest_ps = kUs + 5 * kUs;
      int done = 0;
      sc_core::sc_spawn([&] {
        for (std::int64_t pause_us = 0; pause_us < 40; ++pause_us) {
          sc_core::wait(kernel::from_ps(pause_us * kUs));
          const std::int64_t ready_ps = domain.work_until(kernel::now_ps());
          EXPECT_GE(ready_ps, kernel::now_ps());
          EXPECT_LE(ready_ps, kernel::now_ps() + longest_ps);
          domain.work_until(ready_ps + kUs);
          sc_core::wait(kernel::from_ps(ready_ps - kernel::now_ps()));
          sc_core::wait(sc_core::SC_ZERO_TIME);  // the domain's own step of this instant
          EXPECT_EQ(domain.state(), PowerState::kOn);
          sc_core::wait(kernel::from_ps(kUs));
          ++done;
        }
      });
      sc_core::sc_start(kernel::from_ps(5000 * kUs));
      EXPECT_EQ(done, 40);
    });
  }
}

INSTANTIATE_TEST_SUITE_P(Registered, EveryGatingPolicy, testing::ValuesIn(kernel::gating_policies()),
                         [](const auto& info) { return info.param->name(); });

}  // namespace
}  // namespace subvolt
