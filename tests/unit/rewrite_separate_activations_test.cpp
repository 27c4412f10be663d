// Are activations layers of their own again where somebody wants them so, and only there?
#include <gtest/gtest.h>

#include "sim/rewrite/separate_activations.h"
#include "tests/unit/rewritten.h"

namespace subvolt::test {
namespace {

network::Network fused() {
  const auto n = network_of_floats(
      "1x4x4x3",
      {kFloatConv, "name: act, op: activation, activation: hard_swish", "name: pool, op: max_pool, kernel: 2",
       "name: last, op: activation, activation: tanh", "name: alone, op: activation, activation: relu"});
  return rewrite::rewrite(n, only({"activation"})).network;
}

TEST(SeparateActivations, AreTheLayersBehindTheirs) {
  const auto separated = rewrite::separate_activations(fused(), [](std::size_t) { return true; });
  ASSERT_TRUE(separated);
  EXPECT_EQ(lines_of(separated->network),
            (Lines{"conv/results: conv2d(input) 1x4x4x8", "act: activation(conv/results) 1x4x4x8 hard_swish",
                   "pool/results: max_pool(act) 1x2x2x8", "last: activation(pool/results) 1x2x2x8 tanh",
                   "alone: activation(last) 1x2x2x8 relu"}));
  EXPECT_EQ(separated->from, (std::vector<std::size_t>{0, 0, 1, 1, 2}));
  EXPECT_EQ(separated->network.layers[1].name, "conv/hard_swish");
  EXPECT_EQ(separated->network.macs(), fused().macs());
  EXPECT_EQ(separated->network.parameters(), fused().parameters());
}

TEST(SeparateActivations, AreFusedAgainByThePassThatFusedThem) {
  const auto separated = rewrite::separate_activations(fused(), [](std::size_t) { return true; });
  ASSERT_TRUE(separated);
  EXPECT_EQ(rewritten_by({"activation"}, separated->network), lines_of(fused()));
}

TEST(SeparateActivations, StayWhereNobodyWantsThemApart) {
  EXPECT_FALSE(rewrite::separate_activations(fused(), [](std::size_t) { return false; }));
  const auto one = rewrite::separate_activations(fused(), [](std::size_t layer) { return layer == 1; });
  ASSERT_TRUE(one);
  EXPECT_EQ(one->from, (std::vector<std::size_t>{0, 1, 1, 2}));
}

// A layer that is an activation has nothing to be taken apart.
TEST(SeparateActivations, AreNotAskedForOfActivations) {
  rewrite::separate_activations(fused(), [](std::size_t layer) {
    EXPECT_LT(layer, 2u);
    return false;
  });
}

}  // namespace
}  // namespace subvolt::test
