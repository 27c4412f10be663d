// Do tiles of a dimension cover its output once and ask for exactly the input lines that their windows touch?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "sim/mapping/tile/axis.h"
#include "sim/units/counts.h"

namespace subvolt::mapping {
namespace {

std::set<std::int64_t> touched_lines(const Axis& a, std::int64_t begin, std::int64_t size) {
  std::set<std::int64_t> lines;
  for (std::int64_t o = begin; o < begin + size; ++o) {
    for (std::int64_t k = 0; k < a.kernel; ++k) {
      const std::int64_t line = o * a.stride - a.pad + k * a.dilation;
      if (line >= 0 && line < a.in) lines.insert(line);
    }
  }
  return lines;
}

TEST(MappingAxis, TilesAskForWhatTheirWindowsTouch) {
  std::mt19937 random(11);
  const auto up_to = [&](std::int64_t n) { return 1 + static_cast<std::int64_t>(random()) % n; };
  for (int i = 0; i < 3000; ++i) {
    Axis a;
    a.in = up_to(30);
    a.kernel = up_to(5);
    a.stride = up_to(4);
    a.dilation = up_to(3);
    a.pad = up_to(7) - 1;
    a.sparse = random() % 2;
    const std::int64_t room = a.in + 2 * a.pad - ((a.kernel - 1) * a.dilation + 1);
    if (room < 0) continue;
    a.out = room / a.stride + 1;
    const std::int64_t begin = static_cast<std::int64_t>(random()) % a.out;
    const std::int64_t size = up_to(a.out - begin);
    const AxisTile t = a.tile(begin, size);
    const auto lines = touched_lines(a, begin, size);
    ASSERT_EQ(t.in_lines == 0, lines.empty());
    if (lines.empty()) continue;
    EXPECT_EQ(t.in_begin, *lines.begin());
    EXPECT_EQ(t.in_begin + (t.in_lines - 1) * t.in_step, *lines.rbegin());
    EXPECT_TRUE(!a.sparse || a.kernel > 1 || t.in_lines == static_cast<std::int64_t>(lines.size()));
  }
}

TEST(MappingAxis, ClassesAddUpToTheTiles) {
  const Axis a{112, 112, 3, 1, 1, 1, true};
  for (const std::int64_t size : breakpoints(a.out, true)) {
    const AxisTiling tiling(a, size);
    std::int64_t tiles = 0, out = 0, in = 0;
    for (const AxisTiling::Class& c : tiling.classes) {
      tiles += c.count;
      out += c.count * c.out_size;
      in += c.count * c.in_lines;
    }
    EXPECT_EQ(tiles, tiling.count);
    EXPECT_EQ(out, a.out);
    EXPECT_EQ(in, tiling.in_lines);
    // Every seam between two tiles is loaded twice: one line of halo on either side.
    EXPECT_EQ(in, a.in + 2 * (tiles - 1));
  }
}

TEST(MappingAxis, BreakpointsAreWhereTheNumberOfTilesChanges) {
  EXPECT_THAT(breakpoints(7, true), ::testing::ElementsAre(7, 4, 3, 2, 1));
  EXPECT_THAT(breakpoints(1, true), ::testing::ElementsAre(1));
  EXPECT_THAT(breakpoints(64, false), ::testing::ElementsAre(64, 32, 22, 16, 11, 8, 6, 4, 3, 2, 1));
  for (std::int64_t size = 1; size < 300; ++size) {
    std::set<std::int64_t> expected;
    for (std::int64_t k = 1; k <= size; ++k) expected.insert(ceil_div(size, k));
    const auto dense = breakpoints(size, true);
    EXPECT_EQ(std::set<std::int64_t>(dense.begin(), dense.end()), expected);
    for (const std::int64_t s : breakpoints(size, false)) EXPECT_EQ(expected.count(s), 1U);
  }
}

}  // namespace
}  // namespace subvolt::mapping
