// Do bursts that a plan follows take the time of the way: rows that stay open, whole words, a link's pace?
#include <gtest/gtest.h>

#include "sim/mapping/follow/followed_link.h"

namespace subvolt::mapping {
namespace {

constexpr Address kBase = 0x8000'0000;

// A memory that takes a cycle for four bytes, in words of 32 B, and ten more where a burst opens a row.
std::vector<MemoryRegion> memory(std::int64_t open, double latency = 0.0) {
  Passage passage;
  passage.component = "memory";
  passage.per_byte = 0.25;
  passage.word = 32;
  passage.latency = passage.then = latency;
  passage.jumps = {32, 256, 4096, 10.0, 10.0, 10.0, open};
  MemoryRegion region;
  region.base = kBase;
  region.size = Bytes(1 << 20);
  region.path.read = region.path.write = lane_through({passage}, {1.0}, 8);
  return {region};
}

double last_answer(BurstWays ways, const std::vector<BurstCutter::Burst>& bursts) {
  double answered = 0.0;
  for (const BurstCutter::Burst& burst : bursts) answered = ways.send(burst, false, 0.0).answered;
  return answered;
}

TEST(BurstWays, MovesWholeWords) {
  const std::vector<MemoryRegion> memories = memory(1);
  const BurstWays ways(memories);
  EXPECT_EQ(last_answer(ways, {{kBase, 32}, {kBase + 32, 16}}), 10.0 + 8.0 + 8.0);
  EXPECT_EQ(last_answer(ways, {{kBase, 32}, {kBase + 32, 48}}), 10.0 + 8.0 + 16.0);
  EXPECT_EQ(last_answer(ways, {{kBase + 16, 32}}), 10.0 + 16.0) << "of two words a half each";
}

TEST(BurstWays, StreamsBesideEachOtherGoOnInTheirRows) {
  const std::vector<BurstCutter::Burst> two{
      {kBase, 32}, {kBase + 8192, 32}, {kBase + 32, 32}, {kBase + 8224, 32}, {kBase + 64, 32}};
  const std::vector<MemoryRegion> of_two = memory(2), of_one = memory(1);
  EXPECT_EQ(last_answer(BurstWays(of_two), two), 5 * 8.0 + 2 * 10.0);
  EXPECT_EQ(last_answer(BurstWays(of_one), two), 5 * 8.0 + 5 * 10.0) << "each closes the other one's";
}

// Runs the link until it is idle; when its transfers were done.
std::vector<double> run(FollowedLink& link) {
  std::vector<double> done;
  for (double now = link.next(0.0); now != FollowedLink::kNever; now = link.next(now)) {
    for (int n = link.step(now); n > 0; --n) done.push_back(now);
  }
  return done;
}

TEST(FollowedLink, HoldsEachBurstForItsBytesAndWaitsForAnswers) {
  const auto done = [](int outstanding, std::int64_t width, double cycle) {
    const std::vector<MemoryRegion> memories = memory(8, 20.0);
    BurstWays ways(memories);
    FollowedLink link(ways, {width, cycle, 64, outstanding});
    Block first, second;
    first.base = kBase;
    first.row_bytes = 128;
    second.base = kBase + 128;
    second.row_bytes = 64;
    link.start(first, false);
    link.start(second, false);
    return run(link);
  };
  // The memory takes 26, 16 and 16 cycles and answers 20 later.
  EXPECT_EQ(done(8, 16, 1.0), (std::vector<double>{62.0, 78.0})) << "as fast as the memory";
  EXPECT_EQ(done(1, 16, 1.0), (std::vector<double>{46.0 + 36.0, 46.0 + 2 * 36.0})) << "one at a time";
  EXPECT_EQ(done(8, 2, 1.0), (std::vector<double>{32.0 + 36.0, 64.0 + 36.0})) << "as fast as the link";
  EXPECT_EQ(done(8, 4, 2.0), (std::vector<double>{32.0 + 36.0, 64.0 + 36.0})) << "whose clock is half as fast";
}

}  // namespace
}  // namespace subvolt::mapping
