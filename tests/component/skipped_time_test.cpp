// Which recorded times were simulated when, and how many edges clocks had in those that were not?
#include "sim/kernel/repeat/skipped_time.h"

#include <gtest/gtest.h>

namespace subvolt::kernel {
namespace {

// Simulated: 0 - 10 - 14 - 20 - 31, with [10, 14) once more twice, then all of [5, 20) three times more, recorded as
//   [0, 14), 2 x [10, 14), [14, 20), 3 x ([5, 14), 2 x [10, 14), [14, 20)), [20, 31)
TEST(SkippedTime, NestsRepetitions) {
  SkippedTime time;
  EXPECT_EQ(time.skip(10, 14, 2), 4);
  EXPECT_EQ(time.skip(5, 20, 3), 15 + 8);
  EXPECT_EQ(time.total_time(), 8 + 3 * 23);
  EXPECT_EQ(time.simulated_time(12), 12);
  EXPECT_EQ(time.simulated_time(14), 14);
  EXPECT_EQ(time.simulated_time(14 + 8 + 1), 15);
  EXPECT_EQ(time.simulated_time(28), 20);
  EXPECT_EQ(time.simulated_time(28 + 69 + 4), 24);
}

// A rest that follows a repetition does not have it behind itself.
TEST(SkippedTime, CountsWhatLiesBetween) {
  SkippedTime time;
  time.skip(10, 14, 2);
  EXPECT_EQ(time.skip(14, 20, 1), 6);
  EXPECT_EQ(time.skip(10, 30, 1), 20 + 8 + 6);
}

TEST(SkippedTime, HasEdges) {
  const ClockDomain clock("clk", Hertz(250'000'000'000));  // each 4 ps
  SkippedTime time;
  EXPECT_EQ(time.edges(clock, 40), 10);
  time.skip(8, 16, 5);
  EXPECT_EQ(time.edges(clock, 40), 10 + 5 * 2);
  time.skip(4, 20, 2);
  EXPECT_EQ(time.edges(clock, 40), 10 + 5 * 2 + 2 * (4 + 5 * 2));
}

}  // namespace
}  // namespace subvolt::kernel
