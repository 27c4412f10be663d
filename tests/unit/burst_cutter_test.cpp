// Do the bursts of a block cover exactly its bytes, within the limits of the bus?
#include "sim/mapping/program/burst_cutter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace subvolt::hw {
namespace {

using mapping::Address;
using mapping::Block;

std::vector<std::pair<Address, std::int64_t>> cut(const Block& block, std::int64_t burst) {
  std::vector<std::pair<Address, std::int64_t>> bursts;
  for (mapping::BurstCutter cutter(block, burst); !cutter.done();) {
    const mapping::BurstCutter::Burst b = cutter.next();
    bursts.emplace_back(b.address, b.bytes);
  }
  return bursts;
}

using testing::ElementsAre;
using testing::Pair;

TEST(BurstCutter, EndsBurstsAtMultiplesOfTheirSize) {
  EXPECT_THAT(cut({0x1000, 100, 1, 100, 1, 100}, 64), ElementsAre(Pair(0x1000, 64), Pair(0x1040, 36)));
  EXPECT_THAT(cut({0x1030, 100, 1, 100, 1, 100}, 64),
              ElementsAre(Pair(0x1030, 16), Pair(0x1040, 64), Pair(0x1080, 20)));
}

TEST(BurstCutter, JoinsRowsAndPlanesThatLieBehindEachOther) {
  EXPECT_THAT(cut({0, 16, 4, 16, 2, 64}, 64), ElementsAre(Pair(0, 64), Pair(64, 64)));
  EXPECT_THAT(cut({0, 16, 1, 0, 4, 16}, 64), ElementsAre(Pair(0, 64)));
}

TEST(BurstCutter, KeepsRowsWithGapsApart) {
  EXPECT_THAT(cut({0, 16, 2, 32, 2, 256}, 64), ElementsAre(Pair(0, 16), Pair(32, 16), Pair(256, 16), Pair(288, 16)));
}

TEST(BurstCutter, HasNothingToCutInAnEmptyBlock) {
  EXPECT_THAT(cut({0x40, 0, 3, 64, 1, 0}, 64), ElementsAre());
  EXPECT_THAT(cut({0x40, 8, 0, 64, 1, 0}, 64), ElementsAre());
}

TEST(BurstCutter, CoversEveryByteOfRandomBlocksOnce) {
  std::mt19937 random(7);
  const auto pick = [&random](std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random() % static_cast<std::uint32_t>(high - low + 1));
  };
  for (int i = 0; i < 500; ++i) {
    Block block;
    block.base = static_cast<Address>(pick(0, 5000));
    block.row_bytes = pick(1, 300);
    block.rows = pick(1, 5);
    block.row_stride = block.row_bytes + (pick(0, 1) ? pick(0, 100) : 0);
    block.planes = pick(1, 4);
    block.plane_stride = block.rows * block.row_stride + (pick(0, 1) ? pick(0, 500) : 0);
    const std::int64_t burst = std::int64_t{1} << pick(0, 9);

    std::vector<Address> wanted, got;
    for (std::int64_t p = 0; p < block.planes; ++p) {
      for (std::int64_t r = 0; r < block.rows; ++r) {
        for (std::int64_t b = 0; b < block.row_bytes; ++b) {
          wanted.push_back(block.base + static_cast<Address>(p * block.plane_stride + r * block.row_stride + b));
        }
      }
    }
    for (const auto& [address, bytes] : cut(block, burst)) {
      ASSERT_GT(bytes, 0);
      ASSERT_EQ(address / static_cast<Address>(burst),
                (address + static_cast<Address>(bytes) - 1) / static_cast<Address>(burst))
          << "a burst of " << bytes << " B at " << address << " crosses a multiple of " << burst;
      for (std::int64_t b = 0; b < bytes; ++b) got.push_back(address + static_cast<Address>(b));
    }
    ASSERT_EQ(got, wanted) << "block " << i;
  }
}

}  // namespace
}  // namespace subvolt::hw
