// Are edges of a clock that changes those that one gets by ticking it?
#include "sim/units/piecewise_edges.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace subvolt {
namespace {

// Every edge of a clock, one after the other: those of a piece at floor(n T / f) from its begin on, until it stops.
class Ticking {
 public:
  explicit Ticking(Hertz hz) : hz_(hz.value()) {}
  void change(Hertz hz, Picoseconds stop_time, Picoseconds go) {
    tick_until(stop_time);
    hz_ = hz.value();
    begin_ = go;
    number_ = 0;
  }
  void tick_until(Picoseconds end) {
    for (std::int64_t at = next(); at < end; at = next()) {
      edges.push_back(at);
      ++number_;
    }
  }
  std::vector<std::int64_t> edges;

 private:
  std::int64_t next() const {
    return begin_ +
           static_cast<std::int64_t>(1e12L * static_cast<long double>(number_) / static_cast<long double>(hz_));
  }
  std::int64_t hz_, begin_ = 0, number_ = 0;
};

TEST(PiecewiseEdges, OnePieceIsAClockThatDoesNotChange) {
  for (const Hertz hz : {Hertz(1'000'000'000), Hertz(618'588'050), Hertz(3)}) {
    const PiecewiseEdges pieces(hz);
    const Edges plain(hz);
    for (const std::int64_t n : {0L, 1L, 7L, 1'000'003L}) {
      EXPECT_EQ(pieces.time(n), plain.time(n));
      EXPECT_EQ(pieces.before(plain.time(n)), n);
      EXPECT_EQ(pieces.before(plain.time(n) + 1), n + 1);
      EXPECT_EQ(pieces.in(plain.time(n)), plain.in(plain.time(n)));
    }
    EXPECT_EQ(pieces.frequency(), hz);
  }
}

TEST(PiecewiseEdges, AChangeHoldsTheClockAndItsEdgesAreCountedThrough) {
  PiecewiseEdges clock(Hertz(1'000'000'000));
  clock.change(Hertz(100'000'000), 5'000, 20'500);  // an edge would have been at 5 ns
  EXPECT_EQ(clock.time(4), 4'000);
  EXPECT_EQ(clock.time(5), 20'500);
  EXPECT_EQ(clock.time(6), 30'500);
  EXPECT_EQ(clock.before(5'000), 5);
  EXPECT_EQ(clock.before(12'000), 5);
  EXPECT_EQ(clock.before(20'500), 5);
  EXPECT_EQ(clock.before(20'501), 6);
  EXPECT_EQ(clock.frequency(), Hertz(100'000'000));
}

TEST(PiecewiseEdges, AnyClockIsTheOneThatTicks) {
  std::mt19937 random(7);
  const auto pick = [&](std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random() % static_cast<std::uint32_t>(high - low + 1));
  };
  for (int round = 0; round < 200; ++round) {
    const Hertz hz{pick(20'000'000, 900'000'000)};
    PiecewiseEdges clock(hz);
    Ticking ticking(hz);
    std::int64_t now = 0;
    for (std::int64_t changes = pick(0, 5); changes > 0; --changes) {
      const std::int64_t stop = now + pick(0, 200'000);
      now = stop + pick(0, 1) * pick(0, 300'000);
      const Hertz next{pick(20'000'000, 900'000'000)};
      clock.change(next, stop, now);
      ticking.change(next, stop, now);
    }
    now += 100'000;
    ticking.tick_until(now);
    for (std::size_t n = 0; n < ticking.edges.size(); ++n) {
      ASSERT_EQ(clock.time(static_cast<std::int64_t>(n)), ticking.edges[n]) << round;
    }
    for (int look = 0; look < 50; ++look) {
      const Picoseconds ps = pick(0, now);
      const auto before = std::lower_bound(ticking.edges.begin(), ticking.edges.end(), ps) - ticking.edges.begin();
      ASSERT_EQ(clock.before(ps), before) << round << " at " << ps;
    }
  }
}

}  // namespace
}  // namespace subvolt
