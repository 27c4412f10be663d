// Are activations, shuffles, normalisations and pools recognised in the layers that spell them out?
#include <gtest/gtest.h>

#include "tests/unit/rewritten.h"

namespace subvolt::test {
namespace {

const std::string kScalar = "constants: [{shape: 1, type: fp32}]";

Lines recognised(const Lines& layers) { return rewritten_by({"hard_swish"}, network_of_floats("1x4x4x3", layers)); }

TEST(RewriteHardSwish, InAllItsSpellings) {
  const Lines expected = {"end: activation(input) 1x4x4x3 hard_swish"};
  const std::string plus3 = "name: p, op: add, input: input, " + kScalar;
  const std::string clamp = "name: c, op: activation, activation: relu6";
  // x * (relu6(x + 3) / 6), (x * relu6(x + 3)) / 6, with a product for the quotient, with a fused clamp
  EXPECT_EQ(recognised({plus3, clamp, "name: d, op: div, " + kScalar, "name: end, op: mul, inputs: [d, input]"}),
            expected);
  EXPECT_EQ(recognised({plus3, clamp, "name: m, op: mul, inputs: [input, c]", "name: end, op: div, " + kScalar}),
            expected);
  EXPECT_EQ(recognised({plus3, clamp, "name: m, op: mul, inputs: [input, c]", "name: end, op: mul, " + kScalar}),
            expected);
  EXPECT_EQ(recognised({plus3 + ", activation: relu6", "name: d, op: mul, " + kScalar,
                        "name: end, op: mul, inputs: [input, d]"}),
            expected);
  EXPECT_EQ(recognised({"name: h, op: activation, activation: hard_sigmoid", "name: end, op: mul, inputs: [h, input]"}),
            expected);
}

TEST(RewriteHardSwish, HardSigmoidSwishAndMish) {
  EXPECT_EQ(recognised({"name: p, op: add, " + kScalar, "name: c, op: activation, activation: relu6",
                        "name: end, op: mul, " + kScalar}),
            (Lines{"end: activation(input) 1x4x4x3 hard_sigmoid"}));
  EXPECT_EQ(recognised({"name: s, op: activation, activation: sigmoid", "name: end, op: mul, inputs: [input, s]"}),
            (Lines{"end: activation(input) 1x4x4x3 swish"}));
  EXPECT_EQ(recognised({"name: s, op: activation, activation: softplus", "name: t, op: activation, activation: tanh",
                        "name: end, op: mul, inputs: [input, t]"}),
            (Lines{"end: activation(input) 1x4x4x3 mish"}));
}

TEST(RewriteHardSwish, GeluByErf) {
  const Lines expected = {"end: activation(input) 1x4x4x3 gelu"};
  const std::string root = "name: r, op: div, input: input, " + kScalar;
  const Lines head = {root, "name: e, op: erf", "name: p, op: add, " + kScalar};
  Lines first = head, second = head;
  first.insert(first.end(), {"name: m, op: mul, inputs: [input, p]", "name: end, op: mul, " + kScalar});
  second.insert(second.begin(), "name: half, op: mul, input: input, " + kScalar);
  second.push_back("name: end, op: mul, inputs: [half, p]");
  EXPECT_EQ(recognised(first), expected);
  EXPECT_EQ(recognised(second), expected);
}

TEST(RewriteHardSwish, GeluByTanh) {
  EXPECT_EQ(recognised({"name: cube, op: pow, " + kScalar, "name: a, op: mul, " + kScalar,
                        "name: s, op: add, inputs: [input, a]", "name: b, op: mul, " + kScalar,
                        "name: t, op: activation, activation: tanh", "name: p, op: add, " + kScalar,
                        "name: half, op: mul, input: input, " + kScalar, "name: end, op: mul, inputs: [half, p]"}),
            (Lines{"end: activation(input) 1x4x4x3 gelu"}));
}

TEST(RewriteHardSwish, NotWithAVectorForAScalar) {
  EXPECT_EQ(
      recognised({"name: p, op: add, constants: [{shape: 3, type: fp32}]", "name: c, op: activation, activation: relu6",
                  "name: d, op: div, " + kScalar, "name: end, op: mul, inputs: [d, input]"})
          .size(),
      4u);
}

TEST(RewriteHardSwish, NotWithAnotherFactor) {
  EXPECT_EQ(
      recognised({"name: x, op: conv2d, kernel: 1, channels: 3",
                  "name: s, op: activation, activation: sigmoid, input: input", "name: end, op: mul, inputs: [x, s]"})
          .size(),
      3u);
}

TEST(RewriteHardSwish, NotWhenAPartIsUsedElsewhere) {
  EXPECT_EQ(recognised({"name: s, op: activation, activation: sigmoid", "name: end, op: mul, inputs: [input, s]",
                        "name: sum, op: add, inputs: [end, s]"})
                .size(),
            3u);
}

TEST(RewriteHardSwish, FatesNameTheLayerAndThePass) {
  const auto n = network_of_floats(
      "1x4x4x3", {"name: s, op: activation, activation: sigmoid", "name: end, op: mul, inputs: [input, s]"});
  EXPECT_EQ(fates_of(rewrite::rewrite(n, only({"hard_swish"}))),
            (Lines{"s fused into end by hard_swish", "end kept by hard_swish"}));
}

Lines shuffled(const std::string& parts, const std::string& order, const std::string& shape = "1x4x4x6") {
  return rewritten_by({"channel_shuffle"},
                      network_of("{shape: 1x4x4x6}", {"name: a, op: reshape, shape: " + parts,
                                                      "name: b, op: transpose, order: [" + order + "]",
                                                      "name: c, op: reshape, shape: " + shape}));
}

TEST(RewriteChannelShuffle, IsReshapeTransposeReshape) {
  EXPECT_EQ(shuffled("1x4x4x2x3", "0, 1, 2, 4, 3"), (Lines{"c: channel_shuffle(input) 1x4x4x6 int8"}));
  EXPECT_EQ(shuffled("16x3x2", "0, 2, 1"), (Lines{"c: channel_shuffle(input) 1x4x4x6 int8"}));
  const auto n = network_of("{shape: 1x4x4x6}",
                            {"name: a, op: reshape, shape: 1x4x4x2x3", "name: b, op: transpose, order: [0, 1, 2, 4, 3]",
                             "name: c, op: reshape, shape: 1x4x4x6"});
  EXPECT_EQ(rewrite::rewrite(n, only({"channel_shuffle"})).network.layers.front().attributes.groups, 2);
}

TEST(RewriteChannelShuffle, IsNothingElse) {
  EXPECT_EQ(shuffled("1x4x4x2x3", "0, 2, 1, 3, 4").size(), 3u);             // pixels
  EXPECT_EQ(shuffled("1x4x4x2x3", "0, 1, 2, 4, 3", "1x4x6x4").size(), 3u);  // another shape
  EXPECT_EQ(shuffled("4x4x6", "0, 2, 1").size(), 3u);                       // a column with the channels
}

Lines normalised(const Lines& middle) {
  Lines layers = {"name: m, op: mean, axes: [-1], keep_dims: true", "name: d, op: sub, inputs: [input, m]"};
  layers.insert(layers.end(), middle.begin(), middle.end());
  return rewritten_by({"layer_norm"}, network_of_floats("1x7x16", layers));
}
const std::string kScaled = "name: g, op: mul, constants: [{name: gamma, shape: 16, type: fp32}]";
const std::string kShifted = "name: end, op: add, constants: [{name: beta, shape: 16, type: fp32}]";
const std::string kVariance = "name: v, op: mean, axes: [-1], keep_dims: true";

TEST(RewriteLayerNorm, InItsSpellings) {
  const Lines expected = {"end: layer_norm(input) 1x7x16"};
  const std::string eps = "name: e, op: add, " + kScalar;
  EXPECT_EQ(normalised({"name: s, op: pow, " + kScalar, kVariance, eps, "name: r, op: sqrt",
                        "name: n, op: div, inputs: [d, r]", kScaled, kShifted}),
            expected);
  EXPECT_EQ(normalised({"name: s, op: mul, inputs: [d, d]", kVariance, eps, "name: r, op: rsqrt",
                        "name: n, op: mul, inputs: [r, d]", kScaled, kShifted}),
            expected);
  EXPECT_EQ(normalised({"name: s, op: square", kVariance, eps, "name: r, op: rsqrt", "name: n, op: mul, inputs: [d, r]",
                        kScaled + ", shape: 1x7x16"}),
            (Lines{"g: layer_norm(input) 1x7x16"}));
}

TEST(RewriteLayerNorm, NotAlongAnotherDimension) {
  EXPECT_EQ(normalised({"name: s, op: square", "name: v, op: mean, axes: [1], keep_dims: true",
                        "name: e, op: add, " + kScalar, "name: r, op: rsqrt", "name: n, op: mul, inputs: [d, r]",
                        kScaled, kShifted})
                .size(),
            8u + 1u);
}

Lines pooled(const std::string& mean) {
  return rewritten_by({"mean_to_pool"}, network_of_floats("1x4x5x6", {"name: m, op: mean, " + mean}));
}

TEST(RewriteMeanToPool, OverAllPixels) {
  EXPECT_EQ(pooled("axes: [1, 2], keep_dims: true"), (Lines{"m: average_pool(input) 1x1x1x6"}));
  EXPECT_EQ(pooled("axes: [-2, -3]"), (Lines{"m/pooled: average_pool(input) 1x1x1x6", "m: reshape(m/pooled) 1x6"}));
  EXPECT_EQ(pooled("axes: [2, 3]"), (Lines{"m: mean(input) 1x4"}));
  EXPECT_EQ(pooled("axes: [1]"), (Lines{"m: mean(input) 1x5x6"}));
}

TEST(RewriteMeanToPool, OverOneDimensionThenTheOther) {
  const auto n = network_of_floats("1x4x5x6", {"name: a, op: mean, axes: [1]", "name: b, op: mean, axes: [1]"});
  EXPECT_EQ(rewritten_by({"mean_to_pool"}, n),
            (Lines{"b/pooled: average_pool(input) 1x1x1x6", "b: reshape(b/pooled) 1x6"}));
}

}  // namespace
}  // namespace subvolt::test
