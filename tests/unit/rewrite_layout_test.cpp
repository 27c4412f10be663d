// Do channels-first networks become channels last, with transposes only where they are needed?
#include <gtest/gtest.h>

#include "tests/unit/rewritten.h"

namespace subvolt::test {
namespace {

network::Network channels_first(const std::string& shape, const Lines& layers) {
  std::string text = network_text("{shape: " + shape + "}", layers);
  const std::string source = "  source: none\n";
  text.insert(text.find(source) + source.size(), "  layout: channels_first\n");
  return network_from(text);
}

Lines turned(const std::string& shape, const Lines& layers) {
  const auto n = channels_first(shape, layers);
  const auto r = rewrite::rewrite(n, only({}));
  EXPECT_EQ(r.network.layout, network::Layout::kChannelsLast);
  EXPECT_EQ(r.network.macs(), n.macs());
  EXPECT_EQ(r.network.parameters(), n.parameters());
  EXPECT_EQ(r.network.parameter_bytes(), n.parameter_bytes());
  return lines_of(r.network);
}

const std::string kLayoutConv = "name: conv, op: conv2d, kernel: 3, channels: 8";

TEST(RewriteChannelsLast, FeatureMapsAndWhatWorksInAnyOrder) {
  EXPECT_EQ(turned("1x3x4x5", {kLayoutConv, "name: half, op: slice, axes: [1], begin: [0], end: [4]",
                               "name: all, op: concat, axes: [1], inputs: [half, conv]",
                               "name: wide, op: pad, before: [0, 0, 1, 2], after: [0, 0, 1, 2]",
                               "name: soft, op: softmax, axes: [1]"}),
            (Lines{"conv: conv2d(input) 1x4x5x8 int8", "half: slice(conv) 1x4x5x4 int8",
                   "all: concat(half conv) 1x4x5x12 int8", "wide: pad(all) 1x6x9x12 int8",
                   "soft: softmax(wide) 1x6x9x12 int8"}));
}

TEST(RewriteChannelsLast, AxesMove) {
  const auto n = channels_first(
      "1x3x4x5", {kLayoutConv, "name: all, op: concat, axes: [-3], inputs: [conv, conv]", "name: soft, op: softmax"});
  const auto r = rewrite::rewrite(n, only({}));
  EXPECT_EQ(r.network.layers[1].attributes.axes, (std::vector<std::int64_t>{3}));
  EXPECT_EQ(r.network.layers[2].attributes.axes, (std::vector<std::int64_t>{2}));  // the width
}

TEST(RewriteChannelsLast, ConstantsTurnWithTheMap) {
  const auto n = channels_first("1x3x4x5", {kLayoutConv, "name: sum, op: add, constants: [{shape: 8x1x1}]",
                                            "name: row, op: mul, constants: [{shape: 5}]"});
  const auto r = rewrite::rewrite(n, only({}));
  EXPECT_EQ(r.network.layers[1].constants.front().shape, (network::Shape{1, 1, 1, 8}));
  EXPECT_EQ(r.network.layers[2].constants.front().shape, (network::Shape{1, 1, 5, 1}));
}

TEST(RewriteChannelsLast, FlatteningForFullyConnectedIsFree) {
  EXPECT_EQ(
      turned("1x3x4x5", {kLayoutConv, "name: flat, op: reshape, shape: 1x160",
                         "name: act, op: activation, activation: relu", "name: fc, op: fully_connected, channels: 7"}),
      (Lines{"conv: conv2d(input) 1x4x5x8 int8", "flat: reshape(conv) 1x160 int8",
             "act: activation(flat) 1x160 int8 relu", "fc: fully_connected(act) 7 int8"}));
}

TEST(RewriteChannelsLast, FlatteningForAnybodyElseIsNot) {
  EXPECT_EQ(turned("1x3x4x5", {kLayoutConv, "name: flat, op: reshape, shape: 1x160", "name: soft, op: softmax"}),
            (Lines{"conv: conv2d(input) 1x4x5x8 int8", "conv/nchw: transpose(conv) 1x8x4x5 int8",
                   "flat: reshape(conv/nchw) 1x160 int8", "soft: softmax(flat) 1x160 int8"}));
}

TEST(RewriteChannelsLast, SizesOfOneMoveForNothing) {
  EXPECT_EQ(
      turned("1x490",
             {"name: map, op: reshape, shape: 1x1x49x10", kLayoutConv, "name: pool, op: average_pool, kernel: global",
              "name: flat, op: reshape, shape: 1x8", "name: soft, op: softmax"}),
      (Lines{"map: reshape(input) 1x49x10x1 int8", "conv: conv2d(map) 1x49x10x8 int8",
             "pool: average_pool(conv) 1x1x1x8 int8", "flat: reshape(pool) 1x8 int8", "soft: softmax(flat) 1x8 int8"}));
}

TEST(RewriteChannelsLast, TransposesOfTheFileTakeTheConversion) {
  // NHWC in, as exporters write it: both transposes are gone but for a view of the same shape.
  EXPECT_EQ(turned("1x4x5x3", {"name: first, op: transpose, order: [0, 3, 1, 2]", kLayoutConv,
                               "name: last, op: transpose, order: [0, 2, 3, 1]"}),
            (Lines{"first: reshape(input) 1x4x5x3 int8", "conv: conv2d(first) 1x4x5x8 int8",
                   "last: reshape(conv) 1x4x5x8 int8"}));
  // Tokens of pixels: channels are last already.
  EXPECT_EQ(turned("1x3x4x5", {kLayoutConv, "name: t, op: transpose, order: [0, 3, 2, 1]"}).back(),
            "t: transpose(conv) 1x5x4x8 int8");
}

TEST(RewriteChannelsLast, AReshapeIntoAMapIsFollowedByATranspose) {
  EXPECT_EQ(turned("1x60", {"name: map, op: reshape, shape: 1x3x4x5", kLayoutConv}),
            (Lines{"map/nchw: reshape(input) 1x3x4x5 int8", "map: transpose(map/nchw) 1x4x5x3 int8",
                   "conv: conv2d(map) 1x4x5x8 int8"}));
}

TEST(RewriteChannelsLast, MeansOverPixelsLeaveChannels) {
  EXPECT_EQ(turned("1x3x4x5", {kLayoutConv, "name: m, op: mean, axes: [2, 3]"}).back(), "m: mean(conv) 1x8 int8");
  EXPECT_EQ(turned("1x3x4x5", {kLayoutConv, "name: m, op: mean, axes: [2]"}).back(), "m: mean(conv/nchw) 1x8x5 int8");
}

TEST(RewriteChannelsLast, OneDimensionalMaps) {
  EXPECT_EQ(turned("1x40x101", {"name: conv, op: conv1d, kernel: 9, channels: 16"}),
            (Lines{"conv: conv1d(input) 1x101x16 int8"}));
}

TEST(RewriteChannelsLast, OperandsOfFewerDimensionsStretch) {
  EXPECT_EQ(turned("1x3x4x5", {kLayoutConv, "name: gain, op: reshape, shape: 60, input: input",
                               "name: part, op: slice, axes: [0], begin: [0], end: [5]",
                               "name: scaled, op: mul, inputs: [conv, part]"})
                .back(),
            "scaled: mul(conv part/nhwc) 1x4x5x8 int8");
}

TEST(RewriteChannelsLast, NothingTurnsWithoutPixels) {
  EXPECT_EQ(turned("1x3x4x5", {"name: t, op: transpose, order: [0, 2, 3, 1]", "name: soft, op: softmax"}),
            (Lines{"t: transpose(input) 1x4x5x3 int8", "soft: softmax(t) 1x4x5x3 int8"}));
}

TEST(RewriteChannelsLast, ImagesWithoutTheirNumberAreRefused) {
  const auto n = channels_first("3x4x5", {kLayoutConv});
  EXPECT_THROW(rewrite::rewrite(n), Error);
}

TEST(RewriteChannelsLast, CannotBeSwitchedOff) {
  rewrite::Options options;
  options.without = {"channels_last"};
  EXPECT_THROW(rewrite::rewrite(network_of("{shape: 4}", {"name: s, op: softmax"}), options), Error);
}

}  // namespace
}  // namespace subvolt::test
