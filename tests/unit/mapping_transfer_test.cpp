// Does the mapper count the bursts of a block as the DMA cuts them?
#include <gtest/gtest.h>

#include <random>

#include "sim/mapping/place/cost_model.h"
#include "sim/mapping/program/burst_cutter.h"

namespace subvolt::mapping {
namespace {

constexpr std::int64_t kBurst = 256;

std::int64_t cut(const Block& block) {
  std::int64_t bursts = 0;
  for (BurstCutter cutter(block, kBurst); !cutter.done(); cutter.next()) ++bursts;
  return bursts;
}

Block random_block(std::mt19937& random) {
  const auto draw = [&](std::int64_t most) { return std::uniform_int_distribution<std::int64_t>(1, most)(random); };
  Block b;
  b.base = static_cast<Address>(draw(2000));
  b.row_bytes = draw(600);
  b.rows = draw(600);
  b.row_stride = draw(3) == 1 ? b.row_bytes : b.row_bytes + draw(4) * draw(64);
  b.planes = draw(3);
  b.plane_stride = draw(3) == 1 ? b.rows * b.row_stride : b.rows * b.row_stride + draw(2) * 128;
  return b;
}

TEST(Transfer, HasAsManyBurstsAsTheDmaCuts) {
  std::mt19937 random(1);
  for (int i = 0; i < 2000; ++i) {
    const Block b = random_block(random);
    const Transfer t = transfer(b, Bytes(kBurst));
    ASSERT_EQ(t.bursts, cut(b)) << b.base << ": " << b.row_bytes << " x " << b.rows << " / " << b.row_stride << " x "
                                << b.planes << " / " << b.plane_stride;
    EXPECT_EQ(t.bytes, b.bytes());
  }
}

TEST(Transfer, UsuallyHasAsManyAsOnAverageOfThosePlaces) {
  for (const std::int64_t bytes : {60, 64, 210, 1680, 4096}) {
    Block b;
    b.row_bytes = b.row_stride = bytes;
    std::int64_t all = 0;
    for (std::int64_t i = 0; i < kBurst; ++i) {
      b.base = static_cast<Address>(i * bytes);
      all += cut(b);
    }
    b.base = 0;
    EXPECT_EQ(usual_transfer(b, Bytes(kBurst)).bursts, ceil_div(all, kBurst)) << bytes;
  }
}

TEST(Transfer, OfNothingIsNone) {
  EXPECT_EQ(transfer(Block(), Bytes(kBurst)).bursts, 0);
  EXPECT_EQ(usual_transfer(Block(), Bytes(kBurst)).bursts, 0);
}

}  // namespace
}  // namespace subvolt::mapping
