// Does the refresh of a device that sees to it by itself, whose quiet times are skipped, do as if they were not?
#include "models/mem/xspi/xspi_refresh.h"

#include <gtest/gtest.h>

#include <random>

namespace subvolt::mem {
namespace {

// One refresh after the other.
struct Plain {
  std::int64_t interval, duration, due = interval, end = 0;
  bool collides(std::int64_t high, std::int64_t low) {
    for (std::int64_t begin; (begin = std::max({due, high, end})) < low; due += interval) end = begin + duration;
    return low < end;
  }
};

TEST(XspiRefresher, SkipsQuietTimesAsIfItHadNot) {
  std::mt19937_64 random(3);
  const auto below = [&random](std::int64_t most) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most));
  };
  int collisions = 0;
  for (int run = 0; run < 200; ++run) {
    const std::int64_t interval = 100 + below(4000), duration = 1 + below(interval / 2);
    XspiRefresher quick(interval, duration);
    Plain plain{interval, duration};
    std::int64_t high = 0;
    for (int i = 0; i < 40; ++i) {
      const std::int64_t low = high + 1 + below(std::int64_t{1} << (4 + below(18)));
      const bool expected = plain.collides(high, low);
      ASSERT_EQ(quick.collides(high, low), expected) << "run " << run << ", transaction " << i;
      collisions += expected;
      high = low + 1 + below(4 * interval);
    }
  }
  EXPECT_GT(collisions, 100);
}

// One that fell due within a transaction, and then a pause of 50 days.
TEST(XspiRefresher, ALongQuietTimeTakesNoTime) {
  XspiRefresher refresher(1'000, 100);
  refresher.collides(0, 900);
  EXPECT_FALSE(refresher.collides(1'500, (std::int64_t{1} << 62) / 1'000 * 1'000 + 500));
  EXPECT_TRUE(refresher.collides((std::int64_t{1} << 62) / 1'000 * 1'000 + 600,
                                 (std::int64_t{1} << 62) / 1'000 * 1'000 + 1'050));
}

}  // namespace
}  // namespace subvolt::mem
