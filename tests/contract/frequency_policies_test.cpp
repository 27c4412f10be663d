// Does every registered frequency policy keep the promises that the power manager relies on, with any of its keys and
// whatever windows come?
#include <gtest/gtest.h>

#include <random>

#include "sim/kernel/frequency_policy.h"
#include "tests/support/test_environment.h"

namespace subvolt {
namespace {

using config::TypeDoc;
using kernel::ClockWindow;
using kernel::FrequencyPolicy;
using kernel::FrequencyPolicyKind;

// A value for the field; empty: leave it at its default.
std::string drawn_key(const TypeDoc& type, std::mt19937& random) {
  switch (type.form) {
    case TypeDoc::Form::kChoice:
      return type.choices[random() % type.choices.size()];
    case TypeDoc::Form::kNumber: {
      static constexpr const char* kParts[] = {"0", "0.1", "0.3", "0.5", "1"};
      return kParts[random() % 5];
    }
    case TypeDoc::Form::kInteger:
      return std::to_string(1 + random() % 5);
    case TypeDoc::Form::kBoolean:
      return random() % 2 == 0 ? "true" : "false";
    default:
      return "";
  }
}

// Those of many draws whose keys go together.
std::vector<config::KindChoice> choices_of(const FrequencyPolicyKind& kind) {
  std::mt19937 random(7);
  std::vector<config::KindChoice> all;
  for (int i = 0; i < 100; ++i) {
    std::string keys;
    for (const config::FieldDoc& field : kind.schema->fields()) {
      const std::string value = drawn_key(field.type, random);
      if (!value.empty()) keys += (keys.empty() ? "" : ", ") + field.key + ": " + value;
    }
    config::KindChoice choice = test::policy(kind.schema->name(), "{" + keys + "}");
    config::Diagnostics diagnostics;
    if (kind.create(choice.keys, diagnostics)) all.push_back(std::move(choice));
  }
  return all;
}

std::unique_ptr<FrequencyPolicy> policy_of(const config::KindChoice& choice) {
  return kernel::make_clock_scaling(choice, 1'000'000).policy;
}

std::vector<ClockWindow> drawn_windows(std::mt19937& random, std::size_t set_points) {
  std::vector<ClockWindow> windows;
  for (int i = 0; i < 40; ++i) {
    const std::int64_t busy[] = {0, 0, 1, 99, 100, 101, 300, 500, 501, 999, 1000};
    windows.push_back({busy[random() % std::size(busy)], 0, set_points});
  }
  return windows;
}

class EveryFrequencyPolicy : public testing::TestWithParam<const FrequencyPolicyKind*> {};

TEST_P(EveryFrequencyPolicy, HasANameAMeaningAndMeaningsOfItsKeys) {
  const config::SchemaBase& schema = *GetParam()->schema;
  EXPECT_FALSE(schema.name().empty());
  EXPECT_EQ(schema.name().find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), std::string::npos);
  EXPECT_GE(schema.summary().size(), 10u);
  for (const config::FieldDoc& field : schema.fields()) EXPECT_GE(field.meaning.size(), 10u) << field.key;
  EXPECT_EQ(kernel::find_frequency_policy(schema.name()), GetParam());
  EXPECT_FALSE(choices_of(*GetParam()).empty()) << "no keys that go together";
}

// Of what there is; the same again when told the same; and, if it says so, by the last window alone.
TEST_P(EveryFrequencyPolicy, ChoosesAmongTheSetPointsAsItSays) {
  std::mt19937 random(11);
  for (const config::KindChoice& choice : choices_of(*GetParam())) {
    for (std::size_t points = 1; points <= 5; ++points) {
      const auto policy = policy_of(choice), twin = policy_of(choice);
      std::size_t now = 0;
      for (ClockWindow window : drawn_windows(random, points)) {
        window.set_point = now;
        const std::size_t next = policy->choose(window);
        ASSERT_LT(next, points);
        ASSERT_EQ(next, twin->choose(window));
        if (!policy->changes()) {
          ASSERT_EQ(next, now);
        }
        if (policy->forgets()) {
          ASSERT_EQ(next, policy_of(choice)->choose(window));
        }
        now = next;
      }
    }
  }
}

TEST_P(EveryFrequencyPolicy, NeverGoesSlowerForMoreWork) {
  std::mt19937 random(13);
  for (const config::KindChoice& choice : choices_of(*GetParam())) {
    std::vector<std::unique_ptr<FrequencyPolicy>> all;  // told the same but for the last window
    for (int i = 0; i <= 10; ++i) all.push_back(policy_of(choice));
    std::size_t now = 0;
    for (ClockWindow window : drawn_windows(random, 4)) {
      window.set_point = now;
      for (const auto& policy : all) now = policy->choose(window);
    }
    std::size_t last = 3;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const std::size_t next = all[i]->choose({static_cast<std::int64_t>(i) * 100, now, 4});
      EXPECT_LE(next, last) << "of a window " << i * 10 << " % busy";
      last = next;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Registered, EveryFrequencyPolicy, testing::ValuesIn(kernel::frequency_policies()),
                         [](const auto& info) { return info.param->schema->name(); });

}  // namespace
}  // namespace subvolt
