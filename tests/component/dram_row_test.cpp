// Are column commands along a row that are counted at once the same, to the last count and picosecond, as those that
// are chosen one by one?
#include <gtest/gtest.h>

#include <random>

#include "tests/support/dram_traffic.h"

namespace subvolt::test {
namespace {

DramOutcome outcome(const DramCase& c, DramDrive drive, DramEar ear) {
  mem::dram::Engine engine = c.engine();
  DramOutcome out = drive_dram(engine, c.traffic, drive, 2'000'000, ear);
  out.events["busy_ps"] = engine.busy_time();
  return out;
}

// The reference listens to each command and goes from one to the next.
void expect_same(const DramCase& c) {
  const DramOutcome one_by_one = outcome(c, DramDrive::kSteps, DramEar::kEach);
  ASSERT_EQ(one_by_one.error, "");
  for (const DramDrive drive : {DramDrive::kSteps, DramDrive::kLeaps, DramDrive::kCrumbs}) {
    const DramOutcome at_once = outcome(c, drive, DramEar::kCount);
    ASSERT_EQ(at_once.error, "");
    ASSERT_EQ(at_once.taken, one_by_one.taken);
    ASSERT_EQ(at_once.done, one_by_one.done);
    ASSERT_EQ(at_once.events, one_by_one.events);
    ASSERT_EQ(at_once.counted, one_by_one.counted);
    ASSERT_EQ(at_once.end, one_by_one.end);
  }
}

TEST(DramRow, CountedAsIfChosenOneByOne) {
  for (unsigned seed = 0; seed < 600 && !testing::Test::HasFatalFailure(); ++seed) {
    const DramCase c = random_dram_case(seed, 20, 120);
    SCOPED_TRACE("seed " + std::to_string(seed) + ", " + c.name());
    expect_same(c);
  }
}

// What a DMA does: long runs in both directions, into each other's places now and then, with its bursts under way.
DramTraffic streams(const mem::dram::Engine& engine, unsigned seed) {
  std::mt19937 random(seed);
  const auto below = [&random](std::int64_t most) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most));
  };
  const std::int64_t bytes = engine.access_bytes() << below(5), gap = below(3) * below(60'000);
  const std::int64_t streams = 1 + below(3), write_one_in = 1 + below(4), apart = bytes * (1 + below(400));
  std::vector<std::int64_t> next;
  for (std::int64_t s = 0; s < streams; ++s) next.push_back(s * apart);
  DramTraffic traffic;
  Picoseconds at{};
  for (int i = 0; i < 150; ++i) {
    const std::int64_t s = below(8) == 0 ? below(streams) : i % streams;
    std::int64_t& address = next[static_cast<std::size_t>(s)];
    traffic.requests.push_back({at, s % write_one_in == 1, address, bytes});
    address += bytes;
    at += gap;
    if (below(40) == 0) address = below(8) * apart, at += below(10'000'000);
  }
  traffic.tail = below(1'000'000);
  return traffic;
}

TEST(DramRow, StreamsAsIfChosenOneByOne) {
  const std::string policies[] = {"{}",
                                  "{page_policy: timeout, page_timeout: 60 ns}",
                                  "{scheduler: fifo}",
                                  "{queue: {reads: 8, writes: 8, write_high: 5, write_low: 2, overtaking: 3}}",
                                  "{queue: {group_writes: false}, refresh: {postpone: 8}}",
                                  "{fields: 'row column bank', rounding: exact}",
                                  "{page_policy: closed}"};
  unsigned seed = 0;
  for (const DramSpecimen& specimen : dram_specimens()) {
    const auto fastest = static_cast<std::int64_t>(specimen.device.max_clock.value.si());
    for (const std::string& settings : policies) {
      for (const Hertz hz : {Hertz(), Hertz(fastest * 6 / 7)}) {
        if (testing::Test::HasFatalFailure()) return;
        DramCase c = dram_case(specimen, settings, hz);
        c.traffic = streams(c.engine(), ++seed);
        SCOPED_TRACE(specimen.name + ", " + settings + ", seed " + std::to_string(seed));
        expect_same(c);
      }
    }
  }
}

}  // namespace
}  // namespace subvolt::test
