// Do batch normalisations and added vectors go into weights and biases?
#include <gtest/gtest.h>

#include "tests/unit/rewritten.h"

namespace subvolt::test {
namespace {

const std::string kNorm = "name: bn, op: batch_norm, bias_type: fp32";

TEST(RewriteBatchNorm, LeavesABiasInTheConvolution) {
  const auto n = network_of_floats("1x4x4x3", {kFloatConv + ", bias: false", kNorm});
  EXPECT_EQ(n.parameters(), 8 * 27 + 4 * 8);
  const auto r = rewrite::rewrite(n, only({"batch_norm"}));
  EXPECT_EQ(lines_of(r.network), (Lines{"bn: conv2d(input) 1x4x4x8"}));
  EXPECT_EQ(r.network.parameters(), 8 * 27 + 8);
  EXPECT_EQ(r.network.parameter_bytes(), Bytes(4 * (8 * 27 + 8)));
  EXPECT_EQ(r.network.macs(), n.macs());
  EXPECT_EQ(fates_of(r), (Lines{"conv kept", "bn fused into conv by batch_norm"}));
}

TEST(RewriteBatchNorm, KeepsABiasThatIsThere) {
  const auto n = network_of_floats("1x4x4x3", {kFloatConv, kNorm});
  EXPECT_EQ(rewrite::rewrite(n, only({"batch_norm"})).network.parameters(), 8 * 27 + 8);
}

TEST(RewriteBatchNorm, ActivationsFollowInTheNextRound) {
  const auto n = network_of_floats("1x4x4x3", {kFloatConv, kNorm, "name: act, op: activation, activation: relu"});
  EXPECT_EQ(rewritten_by({"batch_norm", "activation"}, n), (Lines{"act: conv2d(input) 1x4x4x8 relu"}));
}

TEST(RewriteBatchNorm, StaysAlone) {
  EXPECT_EQ(rewritten_by({"batch_norm"}, network_of_floats("1x4x4x3", {kNorm})).size(), 1u);
  const auto pool = network_of_floats("1x4x4x3", {"name: pool, op: max_pool, kernel: 2", kNorm});
  EXPECT_EQ(rewritten_by({"batch_norm"}, pool).size(), 2u);
}

TEST(RewriteBatchNorm, StaysBehindAnActivationOrIntegerWeights) {
  const auto active = network_of_floats("1x4x4x3", {kFloatConv + ", activation: relu", kNorm});
  EXPECT_EQ(rewritten_by({"batch_norm"}, active).size(), 2u);
  const auto integer = network_of_floats("1x4x4x3", {"name: conv, op: conv2d, kernel: 3, channels: 8", kNorm});
  EXPECT_EQ(rewritten_by({"batch_norm"}, integer).size(), 2u);
}

TEST(RewriteBatchNorm, StaysWithTwoReaders) {
  const auto n = network_of_floats("1x4x4x3", {kFloatConv, kNorm, "name: sum, op: add, inputs: [conv, bn]"});
  EXPECT_EQ(rewritten_by({"batch_norm"}, n).size(), 3u);
}

std::string added(const std::string& shape) {
  return "name: sum, op: add, input: conv, constants: [{name: b, shape: " + shape + ", type: fp32}]";
}

TEST(RewriteBiasAdd, MakesAVectorTheBias) {
  const auto n = network_of_floats("1x4x4x3", {kFloatConv + ", bias: false", added("1x1x8")});
  const auto r = rewrite::rewrite(n, only({"bias_add"}));
  EXPECT_EQ(lines_of(r.network), (Lines{"sum: conv2d(input) 1x4x4x8"}));
  EXPECT_EQ(r.network.parameters(), n.parameters());
  EXPECT_EQ(r.network.layers.front().constant(network::Role::kBias)->name, "b");
}

TEST(RewriteBiasAdd, RefusesWhatIsNoVectorOfChannels) {
  const std::string conv = kFloatConv + ", bias: false";
  EXPECT_EQ(rewritten_by({"bias_add"}, network_of_floats("1x8x8x3", {conv, added("8x1")})).size(), 2u);  // per column
  EXPECT_EQ(rewritten_by({"bias_add"}, network_of_floats("1x4x4x3", {conv, added("1x1x1")})).size(), 2u);
  EXPECT_EQ(rewritten_by({"bias_add"}, network_of_floats("1x4x4x3", {kFloatConv, added("8")})).size(),
            2u);  // has a bias
}

}  // namespace
}  // namespace subvolt::test
