// Does every registered gating policy keep the promises that power domains rely on, with any of its keys and whatever
// pauses come?
#include <gtest/gtest.h>

#include <random>

#include "models/hw/power_manager/power_manager.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"

namespace subvolt {
namespace {

using config::TypeDoc;
using kernel::Descent;
using kernel::GatingPolicy;
using kernel::GatingPolicyKind;
using kernel::PowerDomainSettings;
using power::PowerState;
using test::kUs;

constexpr PowerState kDown[] = {PowerState::kClkGated, PowerState::kRetention, PowerState::kOff};

// A value for the field, of those that tests of power domains are about: a state, a time. Empty: leave it at its
// default.
std::string draw_value(const TypeDoc& type, std::mt19937& random) {
  switch (type.form) {
    case TypeDoc::Form::kChoice:
      return type.choices[random() % type.choices.size()];
    case TypeDoc::Form::kQuantity: {
      static constexpr const char* kTimes[] = {"0 s", "3 us", "20 us", "1 ms"};
      return type.unit.dimension == unit_info<Time>().dimension ? kTimes[random() % 4] : std::string(type.unit.example);
    }
    case TypeDoc::Form::kBoolean:
      return random() % 2 == 0 ? "true" : "false";
    default:
      return "";
  }
}

PowerDomainSettings draw_domain(const GatingPolicyKind& kind, std::mt19937& random) {
  std::string keys;
  for (const config::FieldDoc& field : kind.schema->fields()) {
    const std::string value = draw_value(field.type, random);
    if (!value.empty()) keys += (keys.empty() ? "" : ", ") + field.key + ": " + value;
  }
  PowerDomainSettings settings;
  settings.name = "PD_WORK";
  settings.policy = test::policy(kind.schema->name(), "{" + keys + "}");
  settings.gate_idle_units = random() % 2 == 0;
  settings.timing[static_cast<std::size_t>(PowerState::kOn)] = {true, 0, 0, 0};
  settings.timing[static_cast<std::size_t>(PowerState::kClkGated)] = {true, 0, 0, 0};
  settings.timing[static_cast<std::size_t>(PowerState::kRetention)] = {true, 10 * kUs, kUs, 2 * kUs};
  settings.timing[static_cast<std::size_t>(PowerState::kOff)] = {true, 20 * kUs, kUs, 5 * kUs};
  return settings;
}

// Those of many draws whose keys go together.
std::vector<PowerDomainSettings> domains(const GatingPolicyKind& kind) {
  std::mt19937 random(5);
  std::vector<PowerDomainSettings> all;
  for (int i = 0; i < 200; ++i) {
    PowerDomainSettings settings = draw_domain(kind, random);
    config::Diagnostics diagnostics;
    if (kernel::make_gating_policy(settings, diagnostics)) all.push_back(std::move(settings));
  }
  return all;
}

// From ON, for one pause; what it says to be held to.
std::vector<Descent> descents(const GatingPolicy& policy, Picoseconds pause, PowerState& state) {
  std::vector<Descent> way;
  state = PowerState::kOn;
  for (auto next = policy.next(state); next; next = policy.next(state)) {
    way.push_back(*next);
    if (next->after > pause || way.size() > std::size(kDown)) break;
    state = next->state;
  }
  return way;
}

std::vector<std::int64_t> numbers(const std::vector<Descent>& way) {
  std::vector<std::int64_t> all;
  for (const Descent& d : way) all.insert(all.end(), {d.after, static_cast<std::int64_t>(d.state)});
  return all;
}

void tell(GatingPolicy& policy, Picoseconds begin, Picoseconds pause, PowerState state, Picoseconds after) {
  auto* const learner = dynamic_cast<kernel::LearningPolicy*>(&policy);
  const Picoseconds resided = state == PowerState::kOn ? 0 : pause - after;
  if (learner) learner->learn({begin, begin + pause, state, resided});
}

std::int64_t draw_pause(std::mt19937& random) {
  const std::int64_t most[] = {2 * kUs, 40 * kUs, 300 * kUs, 20'000 * kUs};
  return static_cast<std::int64_t>(random()) * 7919 % most[random() % 4];
}

class EveryGatingPolicy : public testing::TestWithParam<const GatingPolicyKind*> {};

TEST_P(EveryGatingPolicy, HasANameAMeaningAndMeaningsOfItsKeys) {
  const config::SchemaBase& schema = *GetParam()->schema;
  EXPECT_FALSE(schema.name().empty());
  EXPECT_EQ(schema.name().find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), std::string::npos);
  EXPECT_GE(schema.summary().size(), 10u);
  for (const config::FieldDoc& field : schema.fields()) EXPECT_GE(field.meaning.size(), 10u) << field.key;
  EXPECT_EQ(kernel::find_gating_policy(schema.name()), GetParam());
  EXPECT_FALSE(domains(*GetParam()).empty()) << "no states and times that go together";
}

TEST_P(EveryGatingPolicy, IsTrueToItsAimsWhateverPausesCome) {
  std::mt19937 random(17);
  for (const PowerDomainSettings& settings : domains(*GetParam())) {
    const auto policy = test::policy_of(settings);
    const auto twin = test::policy_of(settings);  // told the same, decides the same
    const auto stranger = test::policy_of(settings);
    PowerState state;
    const auto first = numbers(descents(*stranger, INT64_MAX, state));
    const std::vector<Descent> aims = policy->aims();
    std::int64_t now = 0;
    for (int i = 0; i < 100; ++i) {
      const Picoseconds pause = draw_pause(random);
      const std::vector<Descent> way = descents(*policy, pause, state);
      ASSERT_EQ(numbers(way), numbers(descents(*policy, pause, state))) << "asking changes something";
      ASSERT_EQ(numbers(way), numbers(descents(*twin, pause, state)));
      PowerState from = PowerState::kOn;
      for (const Descent& descent : way) {
        const auto aim =
            std::find_if(aims.begin(), aims.end(), [&](const Descent& a) { return a.state == descent.state; });
        ASSERT_NE(aim, aims.end()) << power::to_text(descent.state) << " is none of its aims";
        ASSERT_GE(descent.after, aim->after);
        ASSERT_GE(descent.after, settings.timing_of(descent.state).min_residency);
        ASSERT_GT(descent.state, from);
        from = descent.state;
      }
      Picoseconds after{};
      for (const Descent& descent : way) after = descent.state == state ? descent.after : after;
      for (GatingPolicy* one : {policy.get(), twin.get()}) tell(*one, now, pause, state, after);
      now += pause + static_cast<std::int64_t>(random() % 1000) * kUs;
    }
    const auto constant = policy->aims();
    EXPECT_EQ(numbers(constant), numbers(aims));
    EXPECT_EQ(numbers(descents(*stranger, INT64_MAX, state)), first) << "an instance learns what another one was told";
  }
}

TEST_P(EveryGatingPolicy, NeverHoldsWorkUpForMoreThanOneWayDownAndUp) {
  const std::vector<PowerDomainSettings> all = domains(*GetParam());
  for (std::size_t i = 0; i < std::min<std::size_t>(all.size(), 16); ++i) {
    test::in_child([&] {
      test::TestEnvironment environment;
      kernel::PowerDomain& domain = environment.set_power_domain("work", all[i]);
      hw::PowerManager manager("manager", {}, environment);
      const Picoseconds longest = kUs + 5 * kUs;
      int done = 0;
      sc_core::sc_spawn([&] {
        for (std::int64_t pause_us = 0; pause_us < 40; ++pause_us) {
          sc_core::wait(kernel::to_sc_time(pause_us * kUs));
          const Picoseconds ready = domain.work_until(kernel::time_now());
          EXPECT_GE(ready, kernel::time_now());
          EXPECT_LE(ready, kernel::time_now() + longest);
          domain.work_until(ready + kUs);
          sc_core::wait(kernel::to_sc_time(ready - kernel::time_now()));
          sc_core::wait(sc_core::SC_ZERO_TIME);  // the domain's own step of this instant
          EXPECT_EQ(domain.state(), PowerState::kOn);
          sc_core::wait(kernel::to_sc_time(kUs));
          ++done;
        }
      });
      sc_core::sc_start(kernel::to_sc_time(5000 * kUs));
      EXPECT_EQ(done, 40);
    });
  }
}

INSTANTIATE_TEST_SUITE_P(Registered, EveryGatingPolicy, testing::ValuesIn(kernel::gating_policies()),
                         [](const auto& info) { return info.param->schema->name(); });

}  // namespace
}  // namespace subvolt
