// Do activations go where results leave the layer before them, and only where that changes nothing?
#include <gtest/gtest.h>

#include "tests/unit/rewritten.h"

namespace subvolt::test {
namespace {

TEST(RewriteActivation, GoesIntoTheConvolutionBefore) {
  const auto n = network_of_floats("1x4x4x3", {kFloatConv, "name: act, op: activation, activation: hard_swish"});
  EXPECT_EQ(rewritten_by({"activation"}, n), (Lines{"act: conv2d(input) 1x4x4x8 hard_swish"}));
}

TEST(RewriteActivation, GoesIntoPoolsAndFullyConnected) {
  const auto n =
      network_of_floats("1x4x4x3", {"name: pool, op: max_pool, kernel: 2", "name: a, op: activation, activation: relu",
                                    "name: fc, op: fully_connected, channels: 5, weight_type: fp32",
                                    "name: b, op: activation, activation: tanh"});
  EXPECT_EQ(rewritten_by({"activation"}, n),
            (Lines{"a: max_pool(input) 1x2x2x3 relu", "b: fully_connected(a) 5 tanh"}));
}

TEST(RewriteActivation, KeepsNameAndPlaceOfTheLayerThatTakesIt) {
  const auto n = network_of_floats("1x4x4x3", {kFloatConv, "name: act, op: activation, activation: relu"});
  const auto r = rewrite::rewrite(n, only({"activation"}));
  EXPECT_EQ(r.network.layers.front().name, "conv");
  EXPECT_EQ(r.network.tensor(r.network.outputs.front()).name, "act");
  EXPECT_EQ(fates_of(r), (Lines{"conv kept", "act fused into conv by activation"}));
  EXPECT_EQ(r.origins.front().layers, (std::vector<std::size_t>{0, 1}));
}

TEST(RewriteActivation, StaysWhenSomebodyElseReadsTheResult) {
  const Lines layers = {kFloatConv, "name: act, op: activation, activation: relu",
                        "name: sum, op: add, inputs: [conv, act]"};
  const auto n = network_of_floats("1x4x4x3", layers);
  EXPECT_EQ(rewritten_by({"activation"}, n).size(), 3u);
}

TEST(RewriteActivation, StaysWhenTheResultIsAnOutputOfTheNetwork) {
  std::string text =
      network_text("{shape: 1x4x4x3, type: fp32}", {kFloatConv, "name: act, op: activation, activation: relu"});
  text += "  outputs: [conv, act]\n";
  EXPECT_EQ(rewritten_by({"activation"}, network_from(text)).size(), 2u);
}

TEST(RewriteActivation, StaysBehindAnotherActivation) {
  const auto n =
      network_of_floats("1x4x4x3", {kFloatConv + ", activation: relu", "name: act, op: activation, activation: tanh"});
  EXPECT_EQ(rewritten_by({"activation"}, n).size(), 2u);
}

// conv writes integers of one scale, the activation of another.
network::Network integers(const std::string& activation, const std::string& scale) {
  return network_of("{shape: 1x4x4x3, quantization: {scale: 0.5, zero_point: 3}}",
                    {"name: conv, op: conv2d, kernel: 3, channels: 8, quantization: {scale: 0.25, zero_point: -1}",
                     "name: act, op: activation, activation: " + activation + ", quantization: {scale: " + scale +
                         ", zero_point: -1}"});
}

TEST(RewriteActivation, ClampsOfIntegersNeedTheSameScale) {
  EXPECT_EQ(rewritten_by({"activation"}, integers("relu6", "0.25")).size(), 1u);
  EXPECT_EQ(rewritten_by({"activation"}, integers("relu6", "0.125")).size(), 2u);
}

TEST(RewriteActivation, TablesOfIntegersTakeAnyScale) {
  EXPECT_EQ(rewritten_by({"activation"}, integers("hard_swish", "0.125")),
            (Lines{"act: conv2d(input) 1x4x4x8 int8 hard_swish"}));
}

TEST(RewriteAddActivation, GoesIntoAdditions) {
  const auto n = network_of_floats(
      "1x4x4x3", {kFloatConv, "name: other, op: conv2d, kernel: 1, channels: 8, input: input",
                  "name: sum, op: add, inputs: [conv, other]", "name: act, op: activation, activation: relu"});
  EXPECT_EQ(rewritten_by({"add_activation"}, n).back(), "act: add(conv other) 1x4x4x8 relu");
  EXPECT_EQ(rewritten_by({"activation"}, n).size(), 4u);
}

Lines concatenated(const std::string& first, const std::string& end) {
  return rewritten_by({"concat_activation"},
                      network_of_floats("1x4x4x3", {kFloatConv + first,
                                                    "name: pool, op: average_pool, kernel: 3, stride: 1, input: input",
                                                    "name: all, op: concat, axes: [-1], inputs: [conv, pool]", end}));
}

TEST(RewriteConcatActivation, GoesToTheParts) {
  const std::string relu = "name: act, op: activation, activation: relu";
  const Lines expected = {"conv: conv2d(input) 1x4x4x8 relu", "pool: average_pool(input) 1x4x4x3 relu",
                          "act: concat(conv pool) 1x4x4x11"};
  EXPECT_EQ(concatenated("", relu), expected);
  EXPECT_EQ(concatenated(", activation: relu", relu), expected);
}

TEST(RewriteConcatActivation, StaysBehindPartsThatCannotTakeIt) {
  EXPECT_EQ(concatenated(", activation: relu6", "name: act, op: activation, activation: relu").size(), 4u);
  EXPECT_EQ(concatenated(", activation: tanh", "name: act, op: activation, activation: tanh").size(), 4u);
  EXPECT_EQ(concatenated("", "name: act, op: add, inputs: [all, all]").size(), 4u);
  const auto shared =
      network_of_floats("1x4x4x3", {kFloatConv, "name: all, op: concat, axes: [-1], inputs: [conv, conv]",
                                    "name: act, op: activation, activation: relu"});
  EXPECT_EQ(rewritten_by({"concat_activation"}, shared).size(), 3u);
}

}  // namespace
}  // namespace subvolt::test
