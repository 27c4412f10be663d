// Is it known how long a power domain had slept, whatever was skipped meanwhile?
#include "sim/kernel/repeat/sleeps.h"

#include <gtest/gtest.h>

namespace subvolt::kernel {
namespace {

using power::PowerState;

Picoseconds go(Sleeps& sleeps, PowerState from, PowerState to, std::int64_t now, int domain = 0) {
  return sleeps.change(domain, from, to, Picoseconds(now));
}

TEST(Sleeps, LastFromTheCutUntilPowerComesBack) {
  Sleeps sleeps;
  sleeps.add_domain();
  EXPECT_EQ(go(sleeps, PowerState::kOn, PowerState::kSleeping, 100), power::kSleepNotTold);
  EXPECT_EQ(go(sleeps, PowerState::kSleeping, PowerState::kRetention, 110), power::kSleepNotTold);
  EXPECT_EQ(go(sleeps, PowerState::kRetention, PowerState::kOff, 120), power::kSleepNotTold);
  EXPECT_EQ(go(sleeps, PowerState::kOff, PowerState::kWaking, 150), Picoseconds(40));  // since 110
  EXPECT_EQ(go(sleeps, PowerState::kWaking, PowerState::kOn, 160), power::kSleepNotTold);
  go(sleeps, PowerState::kOn, PowerState::kOff, 200);
  EXPECT_EQ(go(sleeps, PowerState::kOff, PowerState::kOn, 200), Picoseconds(0));
  EXPECT_EQ(go(sleeps, PowerState::kClkGated, PowerState::kOn, 300), power::kSleepNotTold);
}

TEST(Sleeps, AreRoundedToSixBits) {
  EXPECT_EQ(power::rounded_sleep(Picoseconds(63)), Picoseconds(63));
  EXPECT_EQ(power::rounded_sleep(Picoseconds(64)), Picoseconds(64));
  EXPECT_EQ(power::rounded_sleep(Picoseconds(127)), Picoseconds(128));
  Picoseconds before{};
  for (std::int64_t ps = 1; ps < 2'000'000'000'000; ps += 1 + ps / 97) {
    const Picoseconds rounded = power::rounded_sleep(Picoseconds(ps));
    EXPECT_NEAR(static_cast<double>(rounded.value()), static_cast<double>(ps), static_cast<double>(ps) / 63.9);
    EXPECT_GE(rounded, before);
    before = rounded;
  }
}

TEST(Sleeps, OfEqualWorkAreEqualWhereSomebodyWoke) {
  Sleeps first;
  first.add_domain();
  first.add_domain();  // the second one is never used
  go(first, PowerState::kOn, PowerState::kOff, 10, 0);
  go(first, PowerState::kOn, PowerState::kOff, 0, 1);
  Sleeps later = first;
  EXPECT_TRUE(later.as(first, Picoseconds(100), Picoseconds(1000)));  // nobody woke: time alone is no difference
  go(later, PowerState::kOff, PowerState::kOn, 120, 0);
  go(later, PowerState::kOn, PowerState::kOff, 130, 0);
  EXPECT_TRUE(later.as(first, Picoseconds(100), Picoseconds(220)));   // 90 before either
  EXPECT_FALSE(later.as(first, Picoseconds(100), Picoseconds(221)));  // 90 and 91
}

TEST(Sleeps, GoOnThroughWhatIsSkippedUnlessTheyEndInIt) {
  Sleeps before;
  before.add_domain();
  before.add_domain();
  go(before, PowerState::kOn, PowerState::kOff, 10, 0);
  go(before, PowerState::kOn, PowerState::kOff, 0, 1);
  Sleeps now = before;
  go(now, PowerState::kOff, PowerState::kOn, 50, 0);
  go(now, PowerState::kOn, PowerState::kOff, 60, 0);
  now.skip(before, Picoseconds(1000));  // at 70, say: it is 1070 now
  EXPECT_EQ(go(now, PowerState::kOff, PowerState::kOn, 1080, 0), Picoseconds(20));
  EXPECT_EQ(go(now, PowerState::kOff, PowerState::kOn, 1080, 1), power::rounded_sleep(Picoseconds(1080)));
}

}  // namespace
}  // namespace subvolt::kernel
