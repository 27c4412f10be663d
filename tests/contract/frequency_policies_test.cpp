// Does every registered frequency policy keep the promises that the power manager relies on?
#include <gtest/gtest.h>

#include "sim/kernel/frequency_policy.h"

namespace subvolt {
namespace {

using kernel::ClockScaling;

class EveryFrequencyPolicy : public testing::TestWithParam<const kernel::FrequencyPolicy*> {
 protected:
  template <class Check>
  void for_all(Check check) const {
    for (const auto& [raise, lower] :
         {std::pair{500, 100}, std::pair{0, 0}, std::pair{1000, 1000}, std::pair{300, 300}}) {
      const ClockScaling scaling{GetParam()->name(), 1'000'000, raise, lower};
      for (std::size_t points = 1; points <= 5; ++points) {
        for (std::size_t now = 0; now < points; ++now) check(scaling, now, points);
      }
    }
  }
};

TEST_P(EveryFrequencyPolicy, HasANameAndASummaryForThePublic) {
  EXPECT_FALSE(GetParam()->name().empty());
  EXPECT_EQ(GetParam()->name().find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), std::string::npos);
  EXPECT_GE(GetParam()->summary().size(), 10u);
  EXPECT_EQ(kernel::find_frequency_policy(GetParam()->name()), GetParam());
}

TEST_P(EveryFrequencyPolicy, ChoosesAmongTheSetPointsThatThereAre) {
  for_all([](const ClockScaling& scaling, std::size_t now, std::size_t points) {
    for (const std::int64_t busy : {0, 1, 99, 100, 101, 300, 500, 501, 999, 1000}) {
      EXPECT_LT(GetParam()->choose(scaling, busy, now, points), points);
    }
  });
}

TEST_P(EveryFrequencyPolicy, NeverGoesSlowerForMoreWork) {
  for_all([](const ClockScaling& scaling, std::size_t now, std::size_t points) {
    for (std::int64_t busy = 0; busy < 1000; ++busy) {
      EXPECT_GE(GetParam()->choose(scaling, busy, now, points), GetParam()->choose(scaling, busy + 1, now, points));
    }
  });
}

TEST_P(EveryFrequencyPolicy, DecidesTheSameEachTime) {
  for_all([](const ClockScaling& scaling, std::size_t now, std::size_t points) {
    for (const std::int64_t busy : {0, 200, 1000}) {
      const std::size_t first = GetParam()->choose(scaling, busy, now, points);
      EXPECT_EQ(GetParam()->choose(scaling, busy, now, points), first);
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Registered, EveryFrequencyPolicy, testing::ValuesIn(kernel::frequency_policies()),
                         [](const auto& info) { return info.param->name(); });

}  // namespace
}  // namespace subvolt
