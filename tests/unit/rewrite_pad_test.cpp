// Do zeros around pixels become padding, and depthwise convolutions be called what they are?
#include <gtest/gtest.h>

#include "tests/unit/rewritten.h"

namespace subvolt::test {
namespace {

std::string pad(const std::string& before, const std::string& after) {
  return "name: pad, op: pad, before: [" + before + "], after: [" + after + "]";
}
const std::string kStridedConv = "name: conv, op: conv2d, kernel: 3, stride: 2, channels: 8, padding: ";

const network::Window& window(const rewrite::Rewritten& r) { return r.network.layers.back().window; }

TEST(RewritePad, BecomesPaddingOfTheConvolution) {
  const auto n = network_of("{shape: 1x8x8x3}", {pad("0, 0, 0, 0", "0, 1, 1, 0"), kStridedConv + "valid"});
  const auto r = rewrite::rewrite(n, only({"pad"}));
  EXPECT_EQ(lines_of(r.network), (Lines{"conv: conv2d(input) 1x4x4x8 int8"}));
  EXPECT_EQ(window(r).pad_bottom, 1);
  EXPECT_EQ(window(r).pad_right, 1);
  EXPECT_EQ(window(r).pad_top + window(r).pad_left, 0);
  EXPECT_EQ(r.network.macs(), n.macs());
  EXPECT_EQ(fates_of(r), (Lines{"pad fused into conv by pad", "conv kept"}));
}

TEST(RewritePad, AddsToPaddingThatIsThere) {
  const auto n = network_of("{shape: 1x8x8x3}", {pad("0, 1, 2, 0", "0, 0, 0, 0"), kStridedConv + "[1, 1, 1, 1]"});
  const auto r = rewrite::rewrite(n, only({"pad"}));
  ASSERT_EQ(r.network.layers.size(), 1u);
  EXPECT_EQ(window(r).pad_top, 2);
  EXPECT_EQ(window(r).pad_left, 3);
  EXPECT_EQ(window(r).pad_bottom, 1);
  EXPECT_EQ(window(r).pad_right, 1);
}

TEST(RewritePad, StaysWhenItPadsMoreThanPixels) {
  const auto n = network_of("{shape: 1x8x8x3}", {pad("0, 0, 0, 1", "0, 0, 0, 0"), kStridedConv + "valid"});
  EXPECT_EQ(rewritten_by({"pad"}, n).size(), 2u);
}

TEST(RewritePad, StaysWithAValueOfItsOwn) {
  const auto n =
      network_of("{shape: 1x8x8x3}",
                 {pad("0, 1, 0, 0", "0, 0, 0, 0") + ", constants: [{name: v, shape: scalar}]", kStridedConv + "valid"});
  EXPECT_EQ(rewritten_by({"pad"}, n).size(), 2u);
}

TEST(RewritePad, StaysWithTwoReaders) {
  const auto n = network_of("{shape: 1x8x8x3}", {pad("0, 1, 0, 0", "0, 0, 0, 0"), kStridedConv + "valid",
                                                 "name: other, op: conv2d, kernel: 1, channels: 2, input: pad"});
  EXPECT_EQ(rewritten_by({"pad"}, n).size(), 3u);
}

TEST(RewritePad, MaxPoolsTakeItOnlyBehindValuesThatAreNotNegative) {
  const std::string pool = "name: pool, op: max_pool, kernel: 3, stride: 2, padding: valid";
  const std::string conv = "name: first, op: conv2d, kernel: 1, channels: 4";
  const std::string zeros = pad("0, 1, 1, 0", "0, 0, 0, 0");
  const auto positive = network_of("{shape: 1x8x8x3}", {conv + ", activation: relu", zeros, pool});
  EXPECT_EQ(rewritten_by({"pad"}, positive).back(), "pool: max_pool(first) 1x4x4x4 int8");
  EXPECT_EQ(rewritten_by({"pad"}, network_of("{shape: 1x8x8x3}", {conv, zeros, pool})).size(), 3u);
}

TEST(RewriteDepthwise, AGroupPerChannelIsDepthwise) {
  const auto n = network_of("{shape: 1x8x8x4}", {"name: conv, op: conv2d, kernel: 3, channels: 8, groups: 4"});
  const auto r = rewrite::rewrite(n, only({"depthwise_groups"}));
  EXPECT_EQ(lines_of(r.network), (Lines{"conv: depthwise_conv2d(input) 1x8x8x8 int8"}));
  EXPECT_EQ(r.network.layers.front().attributes.multiplier, 2);
  EXPECT_EQ(r.network.macs(), n.macs());
  EXPECT_EQ(r.network.parameters(), n.parameters());
  EXPECT_EQ(fates_of(r), (Lines{"conv kept by depthwise_groups"}));
  const auto two = network_of("{shape: 1x8x8x4}", {"name: conv, op: conv2d, kernel: 3, channels: 8, groups: 2"});
  EXPECT_EQ(rewritten_by({"depthwise_groups"}, two), (Lines{"conv: conv2d(input) 1x8x8x8 int8"}));
}

TEST(RewriteDepthwise, OfASingleChannelItIsOrdinary) {
  const auto n = network_of("{shape: 1x8x8x1}", {"name: conv, op: depthwise_conv2d, kernel: 3, multiplier: 6"});
  const auto r = rewrite::rewrite(n, only({"depthwise_multiplier"}));
  EXPECT_EQ(lines_of(r.network), (Lines{"conv: conv2d(input) 1x8x8x6 int8"}));
  EXPECT_EQ(r.network.macs(), n.macs());
  EXPECT_EQ(r.network.parameters(), n.parameters());
  const auto two = network_of("{shape: 1x8x8x2}", {"name: conv, op: depthwise_conv2d, kernel: 3, multiplier: 3"});
  EXPECT_EQ(rewritten_by({"depthwise_multiplier"}, two), (Lines{"conv: depthwise_conv2d(input) 1x8x8x6 int8"}));
}

}  // namespace
}  // namespace subvolt::test
