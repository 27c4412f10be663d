// Does rewriting keep what a network computes, whatever the network: MACs, what goes in, what comes out? And does it
// come to rest, so that a rewritten network is left alone?
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/network/network_builder.h"
#include "sim/network/yaml/yaml_writer.h"
#include "sim/rewrite/pass.h"
#include "sim/rewrite/rewrite.h"
#include "tests/support/random_network.h"

namespace subvolt {
namespace {

std::string text_of(const network::Network& n) { return network::yaml_of(network::spec_of(n)); }

using Ends = std::vector<std::string>;

// Channels last, they may have their dimensions in another order.
Ends ends(const network::Network& n, const std::vector<network::TensorId>& ids) {
  Ends all;
  for (const network::TensorId id : ids) {
    const network::Tensor& t = n.tensor(id);
    std::vector<std::int64_t> sizes = t.shape.sizes();
    std::sort(sizes.begin(), sizes.end());
    all.push_back(t.name + " " + network::Shape(sizes).text() + " " + to_text(t.type));
  }
  std::sort(all.begin(), all.end());
  return all;
}

class RewriteInvariants : public testing::TestWithParam<unsigned> {
 protected:
  static constexpr unsigned kNetworks = 150;  // per parameter
};

TEST_P(RewriteInvariants, KeepMacsAndEnds) {
  for (unsigned i = 0; i < kNetworks; ++i) {
    const auto n = network::build_network(test::random_network(GetParam() * kNetworks + i));
    for (const bool fuse : {true, false}) {
      rewrite::Options options;
      options.fuse = fuse;
      const auto r = rewrite::rewrite(n, options);
      ASSERT_EQ(r.network.macs(), n.macs()) << text_of(n);
      ASSERT_EQ(ends(r.network, r.network.inputs), ends(n, n.inputs)) << text_of(n);
      ASSERT_EQ(ends(r.network, r.network.outputs), ends(n, n.outputs)) << text_of(n);
    }
  }
}

TEST_P(RewriteInvariants, LeaveARewrittenNetworkAlone) {
  for (unsigned i = 0; i < kNetworks; ++i) {
    const auto n = network::build_network(test::random_network(GetParam() * kNetworks + i));
    rewrite::Options options;
    if (i % 2 == 0) options.with = {"branch_order", "strip_io_quantization"};
    const auto once = rewrite::rewrite(n, options);
    const auto twice = rewrite::rewrite(once.network, options);
    ASSERT_EQ(text_of(twice.network), text_of(once.network)) << text_of(n);
    for (const rewrite::Fate& fate : twice.fates) ASSERT_EQ(fate.kind, rewrite::Fate::Kind::kKept) << text_of(n);
  }
}

TEST_P(RewriteInvariants, AccountForEveryLayer) {
  for (unsigned i = 0; i < kNetworks; ++i) {
    const auto n = network::build_network(test::random_network(GetParam() * kNetworks + i));
    const auto r = rewrite::rewrite(n);
    ASSERT_EQ(r.fates.size(), n.layers.size());
    std::vector<int> found(n.layers.size(), 0);
    for (std::size_t layer = 0; layer < r.origins.size(); ++layer) {
      for (const std::size_t original : r.origins[layer].layers) {
        ++found[original];
        const rewrite::Fate& fate = r.fates[original];
        ASSERT_NE(fate.kind, rewrite::Fate::Kind::kRemoved) << text_of(n);
        if (fate.kind == rewrite::Fate::Kind::kFused) {
          ASSERT_EQ(fate.into, r.network.layers[layer].name) << text_of(n);
        }
      }
      ASSERT_FALSE(r.origins[layer].layers.empty() && r.origins[layer].made_by.empty()) << text_of(n);
    }
    for (std::size_t original = 0; original < found.size(); ++original) {
      ASSERT_EQ(found[original], r.fates[original].kind == rewrite::Fate::Kind::kRemoved ? 0 : 1) << text_of(n);
    }
  }
}

TEST_P(RewriteInvariants, EachPassAloneKeepsMacs) {
  for (unsigned i = 0; i < kNetworks / 10; ++i) {
    const auto n = network::build_network(test::random_network(GetParam() * kNetworks + i));
    for (const rewrite::Pass* alone : rewrite::passes()) {
      rewrite::Options options;
      options.with = {alone->name};
      for (const rewrite::Pass* pass : rewrite::passes()) {
        if (pass != alone && !pass->needed) options.without.push_back(pass->name);
      }
      ASSERT_EQ(rewrite::rewrite(n, options).network.macs(), n.macs()) << alone->name << "\n" << text_of(n);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RewriteInvariants, testing::Range(0u, 8u));

}  // namespace
}  // namespace subvolt
