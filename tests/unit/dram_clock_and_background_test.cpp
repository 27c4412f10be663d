// Are ticks picoseconds without drift, over changes of the clock, and is every picosecond in one state?
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "models/mem/dram/background.h"
#include "models/mem/dram/tick_clock.h"

namespace subvolt::mem::dram {
namespace {

TEST(DramTickClock, TicksBeginAtTheFloorOfTheirTime) {
  const TickClock c(Hertz(1'200'480'192), Rounding::kClock);
  EXPECT_EQ(c.time(0), 0);
  EXPECT_EQ(c.time(1), 833);  // 832.99999...
  EXPECT_EQ(c.time(1'200'480'192), 1'000'000'000'000);
  const TickClock third(Hertz(333'333'333), Rounding::kClock);
  EXPECT_EQ(third.time(1), 3000);  // 3000.000003
  EXPECT_EQ(third.time(333'333'333), 1'000'000'000'000);
  EXPECT_EQ(TickClock(Hertz(800'000'000), Rounding::kClock).time(3), 3750);
  EXPECT_EQ(TickClock(Hertz(800'000'000), Rounding::kExact).time(3), 3);
}

TEST(DramTickClock, TheLastTickThatHasBegun) {
  std::mt19937_64 random(2);
  for (const Hertz hz :
       {Hertz(266'000'000), Hertz(333'333'333), Hertz(800'000'000), Hertz(1'200'480'192), Hertz(1'599'999'999)}) {
    TickClock c(hz, Rounding::kClock);
    c.change(12'345, hz / 2);
    c.change(20'000, hz);
    for (int i = 0; i < 2000; ++i) {
      const auto tick = static_cast<std::int64_t>(20'000 + random() % 1'000'000'000'000);
      const Picoseconds ps = c.time(tick);
      ASSERT_EQ(c.tick(ps), tick);
      ASSERT_EQ(c.tick(ps - 1), tick - 1);
      ASSERT_EQ(c.tick(c.time(tick + 1) - 1), tick);
    }
  }
}

// Against the sum that it stands for, also after a change of clock.
TEST(DramTickClock, PeriodsThatRepeatAddUpInClosedForm) {
  for (const Hertz hz :
       {Hertz(1'600'000'000), Hertz(1'200'000'000), Hertz(333'333'333), Hertz(999'999'937), Hertz(1'066'666'667)}) {
    TickClock c(hz, Rounding::kClock);
    for (const std::int64_t begin : {0LL, 17LL, 123'456LL}) {
      for (const std::int64_t length : {1LL, 448LL, 6'246LL}) {
        for (const std::int64_t times : {0LL, 1LL, 2LL, 997LL}) {
          const std::int64_t step = length + 29;
          std::int64_t sum = 0;
          for (std::int64_t i = 1; i <= times; ++i) sum += c.time(begin + length + i * step) - c.time(begin + i * step);
          EXPECT_EQ(c.repeated(begin, begin + length, step, times), sum) << hz << " " << begin << " " << times;
        }
      }
    }
  }
  TickClock changed(Hertz(1'600'000'000), Rounding::kClock);
  changed.change(1000, Hertz(1'066'666'667));
  std::int64_t sum = 0;
  for (std::int64_t i = 1; i <= 500; ++i) sum += changed.time(1100 + 77 * i) - changed.time(1033 + 77 * i);
  EXPECT_EQ(changed.repeated(1033, 1100, 77, 500), sum);
}

TEST(DramTickClock, AChangeOfClockKeepsTheTime) {
  TickClock c(Hertz(1'600'000'000), Rounding::kClock);
  const std::int64_t at = c.time(1000);
  c.change(1000, Hertz(400'000'000));
  EXPECT_EQ(c.time(1000), at);
  EXPECT_EQ(c.time(1001), at + 2500);
  EXPECT_EQ(c.frequency(), Hertz(400'000'000));
}

std::vector<std::int64_t> times(Background& b) {
  std::vector<std::int64_t> all;
  for (int s = 0; s < kStates; ++s) all.push_back(b.take(static_cast<State>(s)));
  return all;
}

TEST(DramBackground, StatesByHand) {
  Background b;
  b.open(100, 1);
  b.open(150, 1);
  b.open(300, -2);
  b.mode(400, Mode::kPowerDown);
  b.mode(700, Mode::kUp);
  b.open(800, 1);
  b.mode(900, Mode::kPowerDown);
  b.mode(1100, Mode::kUp);
  b.open(1200, -1);
  b.mode(1250, Mode::kSelfRefresh);
  b.mode(2000, Mode::kUp);
  b.mode(2100, Mode::kDeepPowerDown);
  b.integrate(2500);
  // active standby, precharge standby, active and precharge power-down, self-refresh, deep power-down
  EXPECT_EQ(times(b), (std::vector<std::int64_t>{200 + 100 + 100, 100 + 100 + 100 + 50 + 100, 200, 300, 750, 400}));
  EXPECT_EQ(times(b), std::vector<std::int64_t>(kStates, 0));
}

// A refresh of 200, and clock enable low in the midst of it.
TEST(DramBackground, RefreshesAreActiveWhateverTheClockEnableDoes) {
  Background b;
  b.integrate(100);
  b.active_until(300);
  b.mode(150, Mode::kPowerDown);
  b.integrate(1000);
  EXPECT_EQ(times(b), (std::vector<std::int64_t>{200, 100, 0, 700, 0, 0}));
}

// Looking must not change what is seen.
TEST(DramBackground, TakenInPiecesIsTheSame) {
  const auto total = [](std::int64_t step) {
    Background b;
    std::mt19937 random(4);
    std::vector<std::int64_t> sum(kStates, 0);
    std::int64_t now = 0, seen = 0;
    for (int i = 0; i < 300; ++i) {
      now += static_cast<std::int64_t>(random() % 500);
      for (; step > 0 && seen + step < now; seen += step) {
        b.integrate(seen + step);
        const auto piece = times(b);
        for (std::size_t s = 0; s < piece.size(); ++s) sum[s] += piece[s];
      }
      if (random() % 3 == 0) b.integrate(now), b.active_until(now + 200);
      if (i % 4 < 2) b.open(now, i % 4 == 0 ? 1 : -1);
      if (i % 4 >= 2) b.mode(now, i % 4 == 2 ? Mode::kPowerDown : Mode::kUp);
    }
    b.integrate(now);
    const auto piece = times(b);
    std::int64_t all = 0;
    for (std::size_t s = 0; s < piece.size(); ++s) all += sum[s] += piece[s];
    EXPECT_EQ(all, now);
    return sum;
  };
  EXPECT_EQ(total(7), total(0));
  EXPECT_EQ(total(1000), total(0));
}

}  // namespace
}  // namespace subvolt::mem::dram
