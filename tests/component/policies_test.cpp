// Which descents do the shipped policies choose, and what does the check of their aims refuse?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/config/error.h"
#include "tests/support/test_environment.h"

namespace subvolt {
namespace {

using kernel::Descent;
using kernel::PowerDomainSettings;
using power::PowerState;
using testing::HasSubstr;
using Way = std::vector<std::pair<PowerState, std::int64_t>>;

PowerDomainSettings gated_domain(const std::string& policy, const std::string& keys = "{}") {
  PowerDomainSettings settings;
  settings.name = "PD";
  settings.policy = test::policy(policy, keys);
  for (auto& timing : settings.timing) timing.available = true;
  return settings;
}

// All the way down, from ON; the aims of a policy without state are the same.
Way way_of(const PowerDomainSettings& settings) {
  const auto policy = test::policy_of(settings);
  Way way, aims;
  for (auto next = policy->next(PowerState::kOn); next; next = policy->next(next->state)) {
    way.emplace_back(next->state, next->after);
  }
  for (const Descent& aim : policy->aims()) aims.emplace_back(aim.state, aim.after);
  EXPECT_EQ(way, aims);
  return way;
}

kernel::StateTiming& timing(PowerDomainSettings& settings, PowerState state) {
  return settings.timing[static_cast<std::size_t>(state)];
}

TEST(Policies, TheShippedOnesAreRegisteredInOrder) {
  std::vector<std::string> names;
  for (const auto* p : kernel::gating_policies()) names.push_back(p->schema->name());
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_EQ(names, power::policy_kinds().names());
  for (const char* name : {"always_on", "clock_gate", "power_gate_after"}) {
    EXPECT_NE(kernel::find_gating_policy(name), nullptr) << name;
  }
  EXPECT_EQ(kernel::find_gating_policy("no_such_policy"), nullptr);
}

TEST(Policies, AlwaysOnNeverDescends) { EXPECT_EQ(way_of(gated_domain("always_on")), Way{}); }

TEST(Policies, ClockGateGoesToTheGatedClockAndNoFurther) {
  EXPECT_EQ(way_of(gated_domain("clock_gate", "{after: 500 ps}")), (Way{{PowerState::kClkGated, 500}}));
}

TEST(Policies, PowerGateGoesStraightToItsStateWhereLeafGatesExist) {
  const auto settings = gated_domain("power_gate_after", "{after: 500 ps, state: RETENTION}");
  EXPECT_EQ(way_of(settings), (Way{{PowerState::kRetention, 500}}));
}

TEST(Policies, PowerGateStopsTheClockFirstWhereTheyDoNot) {
  auto settings = gated_domain("power_gate_after", "{after: 500 ps}");
  settings.gate_idle_units = false;
  EXPECT_EQ(way_of(settings), (Way{{PowerState::kClkGated, 0}, {PowerState::kOff, 500}}));
  timing(settings, PowerState::kClkGated).available = false;
  EXPECT_EQ(way_of(settings), (Way{{PowerState::kOff, 500}}));
}

TEST(Policies, PowerGateToTheGatedClockIsOneDescent) {
  auto settings = gated_domain("power_gate_after", "{after: 500 ps, state: CLK_GATED}");
  EXPECT_EQ(way_of(settings), (Way{{PowerState::kClkGated, 500}}));
  settings.gate_idle_units = false;
  EXPECT_EQ(way_of(settings), (Way{{PowerState::kClkGated, 0}}));
}

TEST(Policies, MinResidencyIsTheLeastWait) {
  auto power_gate = gated_domain("power_gate_after", "{after: 500 ps}");
  timing(power_gate, PowerState::kOff).min_residency = 2000;
  EXPECT_EQ(way_of(power_gate), (Way{{PowerState::kOff, 2000}}));
  power_gate.policy = test::policy("power_gate_after", "{after: 3000 ps}");
  EXPECT_EQ(way_of(power_gate), (Way{{PowerState::kOff, 3000}}));
  auto clock_gate = gated_domain("clock_gate", "{after: 500 ps}");
  timing(clock_gate, PowerState::kClkGated).min_residency = 700;
  EXPECT_EQ(way_of(clock_gate), (Way{{PowerState::kClkGated, 700}}));
}

std::string refusal(const PowerDomainSettings& settings) {
  try {
    test::policy_of(settings);
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::kConfiguration);
    return e.what();
  }
  return "";
}

TEST(Policies, AnAimOnAnyStepOfTheWayIsCheckedWhereItWasChosen) {
  auto settings = gated_domain("power_gate_after", "{after: 1 us, state: RETENTION}");
  settings.gate_idle_units = false;
  EXPECT_EQ(refusal(settings), "");
  timing(settings, PowerState::kRetention).available = false;
  // line 3 of the text that test::yaml makes; the column is that of RETENTION
  EXPECT_THAT(refusal(settings), HasSubstr("test:3:24: "));
  EXPECT_THAT(refusal(settings), HasSubstr("goes to RETENTION, which the domain's states do not list: add {state: "
                                           "RETENTION} to the states of PD"));
  settings.policy = test::policy("power_gate_after", "{after: 1 us, state: ON}");
  EXPECT_THAT(refusal(settings), HasSubstr("goes to ON, which is not down: choose CLK_GATED, RETENTION or OFF"));
}

TEST(Policies, KeysAreReadByTheSchemaOfThePolicy) {
  EXPECT_THAT(refusal(gated_domain("clock_gate", "{state: OFF}")), HasSubstr("unknown key \"state\""));
  EXPECT_THAT(refusal(gated_domain("clock_gate", "{aftr: 1 us}")), HasSubstr("did you mean \"after\"?"));
  EXPECT_THAT(refusal(gated_domain("always_on", "{after: 1 us}")), HasSubstr("unknown key \"after\""));
  EXPECT_THAT(refusal(gated_domain("power_gate_after", "{after: 5}")), HasSubstr("bare number where a unit is due"));
}

}  // namespace
}  // namespace subvolt
