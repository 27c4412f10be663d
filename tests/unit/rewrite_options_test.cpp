// Are passes chosen as asked, and is what became of each layer told?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/rewritten.h"

namespace subvolt::test {
namespace {

using ::testing::HasSubstr;

network::Network conv_and_relu() {
  return network_of_floats("1x4x4x3", {"name: conv, op: conv2d, kernel: 3, channels: 8", "name: id, op: identity",
                                       "name: act, op: activation, activation: relu"});
}

TEST(RewriteOptions, NoFuseLeavesOperatorsAsTheyAre) {
  rewrite::Options options;
  EXPECT_EQ(rewrite::rewrite(conv_and_relu(), options).network.layers.size(), 1u);
  options.fuse = false;
  EXPECT_EQ(lines_of(rewrite::rewrite(conv_and_relu(), options).network),
            (Lines{"conv: conv2d(input) 1x4x4x8", "act: activation(conv) 1x4x4x8 relu"}));
}

TEST(RewriteOptions, SinglePassesOffAndOn) {
  rewrite::Options options;
  options.without = {"activation"};
  EXPECT_EQ(rewrite::rewrite(conv_and_relu(), options).network.layers.size(), 2u);
  options = {};
  options.fuse = false;
  options.with = {"activation"};
  EXPECT_EQ(rewrite::rewrite(conv_and_relu(), options).network.layers.size(), 1u);
}

std::string refusal(const rewrite::Options& options) {
  try {
    rewrite::rewrite(conv_and_relu(), options);
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::kConfiguration);
    return e.what();
  }
  return "";
}

TEST(RewriteOptions, UnknownPassesAreRefused) {
  rewrite::Options options;
  options.without = {"activatoin"};
  EXPECT_THAT(refusal(options),
              HasSubstr("--without: no rewriting pass \"activatoin\", expected one of fold_constants"));
  EXPECT_THAT(refusal(options), HasSubstr("did you mean \"activation\"?"));
  options = {};
  options.with = options.without = {"pad"};
  EXPECT_THAT(refusal(options), HasSubstr("got both"));
}

TEST(RewriteOptions, PassesHaveNamesAndSummariesAndRunInOrder) {
  int order = 0;
  for (const rewrite::Pass* pass : rewrite::passes()) {
    EXPECT_FALSE(pass->name.empty());
    EXPECT_FALSE(pass->summary.empty());
    EXPECT_GT(pass->order, order) << pass->name << ": two passes of one place run in the order of their names";
    order = pass->order;
  }
}

TEST(RewriteOptions, EveryLayerHasAFateAndEveryResultAnOrigin) {
  const auto r = rewrite::rewrite(conv_and_relu());
  EXPECT_EQ(fates_of(r), (Lines{"conv kept", "id removed by dead_code", "act fused into conv by activation"}));
  ASSERT_EQ(r.origins.size(), 1u);
  EXPECT_EQ(r.origins.front().layers, (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(r.fates[2].reason, "applied where results leave the layer");
}

TEST(RewriteOptions, LayersThatAPassMadeNameIt) {
  const auto n = network_of_floats("1x4x4x3", {"name: m, op: mean, axes: [1, 2]"});
  const auto r = rewrite::rewrite(n);
  ASSERT_EQ(r.origins.size(), 2u);
  EXPECT_EQ(r.origins[1].made_by, "mean_to_pool");
  EXPECT_TRUE(r.origins[1].layers.empty());
}

}  // namespace
}  // namespace subvolt::test
