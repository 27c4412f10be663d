// Which descents do the shipped policies choose?
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/kernel/gating_policy.h"

namespace subvolt {
namespace {

using kernel::Descent;
using kernel::PowerDomainSettings;
using power::PowerState;

PowerDomainSettings gated_domain(std::int64_t after_ps, PowerState state) {
  PowerDomainSettings settings;
  settings.policy_after_ps = after_ps;
  settings.policy_state = state;
  for (auto& timing : settings.timing) timing.available = true;
  return settings;
}

void expect_descent(const std::optional<Descent>& descent, PowerState state, std::int64_t after_ps) {
  ASSERT_TRUE(descent.has_value());
  EXPECT_EQ(descent->state, state);
  EXPECT_EQ(descent->after_ps, after_ps);
}

const kernel::GatingPolicy& policy(const std::string& name) { return *kernel::find_gating_policy(name); }

TEST(Policies, TheShippedOnesAreRegisteredInOrder) {
  std::vector<std::string> names;
  for (const auto* p : kernel::gating_policies()) names.push_back(p->name());
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  for (const char* name : {"always_on", "clock_gate", "power_gate_after"}) {
    EXPECT_NE(kernel::find_gating_policy(name), nullptr) << name;
  }
  EXPECT_EQ(kernel::find_gating_policy("no_such_policy"), nullptr);
}

TEST(Policies, AlwaysOnNeverDescends) {
  EXPECT_FALSE(policy("always_on").when_idle(gated_domain(0, PowerState::kOff)).has_value());
  EXPECT_FALSE(policy("always_on").when_settled(gated_domain(0, PowerState::kOff), PowerState::kClkGated).has_value());
}

TEST(Policies, ClockGateGoesToTheGatedClockAndNoFurther) {
  const auto settings = gated_domain(500, PowerState::kOff);
  expect_descent(policy("clock_gate").when_idle(settings), PowerState::kClkGated, 500);
  EXPECT_FALSE(policy("clock_gate").when_settled(settings, PowerState::kClkGated).has_value());
}

TEST(Policies, PowerGateGoesStraightToItsStateWhereLeafGatesExist) {
  const auto settings = gated_domain(500, PowerState::kRetention);
  expect_descent(policy("power_gate_after").when_idle(settings), PowerState::kRetention, 500);
  EXPECT_FALSE(policy("power_gate_after").when_settled(settings, PowerState::kRetention).has_value());
}

TEST(Policies, PowerGateStopsTheClockFirstWhereTheyDoNot) {
  auto settings = gated_domain(500, PowerState::kOff);
  settings.gate_idle_units = false;
  expect_descent(policy("power_gate_after").when_idle(settings), PowerState::kClkGated, 0);
  expect_descent(policy("power_gate_after").when_settled(settings, PowerState::kClkGated), PowerState::kOff, 500);
  settings.timing[static_cast<std::size_t>(PowerState::kClkGated)].available = false;
  expect_descent(policy("power_gate_after").when_idle(settings), PowerState::kOff, 500);
}

TEST(Policies, MinResidencyIsTheLeastWait) {
  auto settings = gated_domain(500, PowerState::kOff);
  settings.timing[static_cast<std::size_t>(PowerState::kOff)].min_residency_ps = 2000;
  settings.timing[static_cast<std::size_t>(PowerState::kClkGated)].min_residency_ps = 700;
  expect_descent(policy("power_gate_after").when_idle(settings), PowerState::kOff, 2000);
  expect_descent(policy("clock_gate").when_idle(settings), PowerState::kClkGated, 700);
  settings.policy_after_ps = 3000;
  expect_descent(policy("power_gate_after").when_idle(settings), PowerState::kOff, 3000);
}

}  // namespace
}  // namespace subvolt
