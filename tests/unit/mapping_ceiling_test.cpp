// Is the least time of bytes on their way that of the resource which all of them need longest?
#include <gtest/gtest.h>

#include <utility>

#include "sim/mapping/ceiling.h"

namespace subvolt::mapping {
namespace {

// A port of 8 B per cycle that everything passes, and a memory behind it with its own rate.
Passage port() { return {"npu", 0.0, 1.0 / 8.0, 0.0, "port"}; }
Passage memory(const std::string& name, double cycles_per_byte, double per_burst = 0.0) {
  return {name, per_burst, cycles_per_byte, 0.0, ""};
}
Path path(const std::vector<Passage>& passages, int outstanding = 1000) {
  const Lane lane = lane_through(passages, std::vector<double>(passages.size(), 1.0), outstanding);
  return {lane, lane};
}

TEST(Ceiling, OfOneWayIsItsSlowestStage) {
  const Path slow = path({port(), memory("dram", 0.5)}), fast = path({port(), memory("sram", 1.0 / 64)});
  const Ceiling a = ceiling_of({{&slow, 600, 40}}, 64), b = ceiling_of({{&fast, 600, 40}}, 64);
  EXPECT_DOUBLE_EQ(a.cycles, 320.0);
  EXPECT_EQ(a.at, "dram");
  EXPECT_DOUBLE_EQ(b.cycles, 80.0);
  EXPECT_EQ(b.at, "port");
}

TEST(Ceiling, OfTwoMemoriesMayBeWhatTheyShare) {
  const Path one = path({port(), memory("a", 0.1)}), two = path({port(), memory("b", 0.1)});
  EXPECT_EQ(ceiling_of({{&one, 640, 0}}, 64).at, "port");
  const Ceiling both = ceiling_of({{&one, 640, 0}, {&two, 640, 0}}, 64);
  EXPECT_DOUBLE_EQ(both.cycles, 160.0);
  EXPECT_EQ(both.at, "port");
  // Memories of their own are held side by side.
  const Path slow_one = path({port(), memory("a", 1.0)}), slow_two = path({port(), memory("b", 1.0)});
  EXPECT_DOUBLE_EQ(ceiling_of({{&slow_one, 640, 0}, {&slow_two, 640, 0}}, 64).cycles, 640.0);
}

TEST(Ceiling, CountsBurstsAndWholeBeats) {
  Passage per_burst = memory("dram", 0.0, 10.0);
  const Path bursts = path({per_burst});
  EXPECT_DOUBLE_EQ(ceiling_of({{&bursts, 640, 0}}, 64).cycles, 100.0);
  EXPECT_DOUBLE_EQ(ceiling_of({{&bursts, 640, 0}}, 32).cycles, 200.0);
  Passage beats = memory("dram", 0.25);
  beats.granule = 16;
  const Path whole = path({beats});
  EXPECT_DOUBLE_EQ(ceiling_of({{&whole, 20, 0}}, 64).cycles, 8.0) << "two beats of four cycles";
}

TEST(Ceiling, OfFewBurstsUnderWayIsTheLatency) {
  Passage far = memory("dram", 1.0 / 64);
  far.latency = 99.0;
  const Path way = path({far}, 4);
  const Ceiling ceiling = ceiling_of({{&way, 6400, 0}}, 64);
  EXPECT_DOUBLE_EQ(ceiling.cycles, 100 * 100.0 / 4);
  EXPECT_EQ(ceiling.at, kBurstsUnderWay);
}

TEST(Ceiling, OfBanksSideBySideIsThatOfEachTransfer) {
  Passage banks = memory("sram", 1.0);
  banks.stripe = 1024;
  const Path way = path({banks});
  EXPECT_DOUBLE_EQ(ceiling_of({{&way, 640, 320}}, 64).cycles, 640.0);
}

TEST(Ceiling, OfNothingIsNone) {
  const Path free = path({});
  EXPECT_EQ(ceiling_of({{&free, 640, 0}}, 64).at, "");
  EXPECT_DOUBLE_EQ(ceiling_of({}, 64).cycles, 0.0);
}

}  // namespace
}  // namespace subvolt::mapping
