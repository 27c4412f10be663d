// Does rewriting keep what a network computes, whatever the network: MACs, what goes in, what comes out? And does it come
// to rest, so that a rewritten network is left alone?
#include <gtest/gtest.h>

#include <random>

#include "sim/network/network_builder.h"
#include "sim/network/yaml_writer.h"
#include "sim/rewrite/pass.h"
#include "sim/rewrite/rewrite.h"

namespace subvolt {
namespace {

using network::ElementType;
using network::LayerSpec;
using network::Layout;
using network::NetworkSpec;
using network::Operator;

// Networks of layers that passes care about, each on a tensor that some layer before made.
class RandomNetwork {
 public:
  explicit RandomNetwork(unsigned seed) : random_(seed) {
    layout_ = chance(2) ? Layout::kChannelsFirst : Layout::kChannelsLast;
    spec_.name = "random";
    spec_.layout = layout_;
    network::InputSpec input;
    input.shape = map(4 + pick(5), 4 + pick(5), 2 + pick(4));
    input.type = chance(2) ? ElementType::kFp32 : ElementType::kInt8;
    spec_.inputs.push_back(input);
    for (int i = 0, n = 3 + pick(14); i < n; ++i) add();
  }
  const NetworkSpec& spec() const { return spec_; }

 private:
  int pick(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  bool chance(int n) { return pick(n) == 0; }
  network::Shape map(std::int64_t h, std::int64_t w, std::int64_t c) const {
    return layout_ == Layout::kChannelsFirst ? network::Shape{1, c, h, w} : network::Shape{1, h, w, c};
  }

  // Most layers follow the last one, some branch.
  std::string source(const network::Network& n) {
    if (chance(4)) return n.tensors[static_cast<std::size_t>(pick(static_cast<int>(n.tensors.size())))].name;
    return n.tensors.back().name;
  }

  network::Network so_far() const {
    NetworkSpec spec = spec_;
    if (spec.layers.empty()) {
      LayerSpec identity;
      identity.name = "start";
      identity.op = Operator("identity");
      spec.layers.push_back(identity);
    }
    return network::build_network(spec);
  }

  void add() {
    const network::Network before = so_far();
    LayerSpec layer;
    layer.name = "layer" + std::to_string(spec_.layers.size());
    if (spec_.layers.empty()) {
      layer.op = Operator("identity");
    } else {
      layer.input = source(before);
      fill(layer, before);
    }
    spec_.layers.push_back(layer);
    config::Diagnostics diagnostics;
    const network::Network after = network::build_network(spec_, diagnostics);
    // Does not fit there, or a window on something that is no batch of images.
    if (!diagnostics.empty() || !has_images(after.layers.back(), after)) spec_.layers.pop_back();
  }

  bool has_images(const network::Layer& layer, const network::Network& n) const {
    const bool windows = layer.op.is("conv2d") || layer.op.is("depthwise_conv2d") || layer.op.is("max_pool") ||
                         layer.op.is("average_pool");
    return !windows || layout_ == Layout::kChannelsLast || n.input_of(layer).shape.rank() == 4;
  }

  const network::Tensor& tensor(const network::Network& n, const std::string& name) const {
    for (const network::Tensor& t : n.tensors) {
      if (t.name == name) return t;
    }
    return n.tensors.front();
  }

  void fill(LayerSpec& layer, const network::Network& n) {
    static const char* const kOps[] = {"conv2d",   "conv2d",     "depthwise_conv2d", "batch_norm", "activation", "activation",
                                       "add",      "mul",        "max_pool",         "average_pool", "concat",   "reshape",
                                       "transpose", "mean",      "quantize",         "dequantize", "pad",        "softmax",
                                       "identity", "fully_connected", "slice"};
    const char* op = kOps[pick(static_cast<int>(std::size(kOps)))];
    const network::Tensor& in = tensor(n, layer.input);
    const bool real = network::is_float(in.type);
    const auto rank = static_cast<std::int64_t>(in.shape.rank());
    layer.op = Operator(op);
    layer.weight_type = real && chance(2) ? ElementType::kFp32 : ElementType::kInt8;
    layer.bias_type = real ? ElementType::kFp32 : ElementType::kInt32;
    layer.bias = chance(2);
    layer.channels = 1 + pick(6);
    layer.kernel = network::Kernel{false, {1 + pick(3), 1 + pick(3)}};
    if (layer.op.is("average_pool") && chance(2)) layer.kernel->global = true;
    layer.padding.mode = chance(2) ? network::Padding::Mode::kValid : network::Padding::Mode::kSame;
    if (layer.op.is("activation")) layer.activation = static_cast<network::Activation>(1 + pick(10));
    if (layer.op.is("softmax") || layer.op.is("mean")) layer.axes = {rank > 0 ? pick(static_cast<int>(rank)) : 0};
    if (layer.op.is("mean") && chance(2)) layer.axes = layout_ == Layout::kChannelsFirst ? Axes{2, 3} : Axes{1, 2};
    layer.keep_dims = chance(2);
    if (layer.op.is("concat") || layer.op.is("add") || layer.op.is("mul")) operands(layer, n, in);
    if (layer.op.is("concat")) layer.axes = {rank > 0 ? pick(static_cast<int>(rank)) : 0};
    if (layer.op.is("reshape")) layer.shape = network::Shape{1, in.shape.elements()};
    if (layer.op.is("reshape") && chance(2)) layer.shape = map(1, 1, in.shape.elements());
    if (layer.op.is("slice")) {
      layer.axes = {rank > 0 ? pick(static_cast<int>(rank)) : 0};
      layer.begin = {0};
      layer.end = {1 + pick(3)};
    }
    if (layer.op.is("transpose")) order(layer, rank);
    if (layer.op.is("pad")) pad(layer, rank);
    if (layer.op.is("quantize") || (!real && chance(3))) {
      layer.quantization = network::Quantization{chance(2) ? 0.5 : 0.25, 0.0, pick(3), 1, 0};
    }
  }
  using Axes = std::vector<std::int64_t>;

  void operands(LayerSpec& layer, const network::Network& n, const network::Tensor& in) {
    if (layer.op.is("concat") || chance(2)) {
      layer.inputs = {layer.input, source(n)};
      layer.input.clear();
      return;
    }
    network::Constant c;
    const std::int64_t channels = layout_ == Layout::kChannelsFirst && in.shape.rank() > 1 ? in.shape[1] : in.shape.channels();
    c.shape = chance(3) ? network::Shape{} : layout_ == Layout::kChannelsFirst ? network::Shape{channels, 1, 1}
                                                                               : network::Shape{channels};
    c.type = in.type;
    layer.constants.push_back(c);
  }

  void order(LayerSpec& layer, std::int64_t rank) {
    for (std::int64_t i = 0; i < rank; ++i) layer.order.push_back(i);
    for (std::size_t i = layer.order.size(); i > 1; --i) {
      std::swap(layer.order[i - 1], layer.order[static_cast<std::size_t>(pick(static_cast<int>(i)))]);
    }
  }

  void pad(LayerSpec& layer, std::int64_t rank) {
    layer.before.assign(static_cast<std::size_t>(rank), 0);
    layer.after = layer.before;
    if (rank < 4) return;
    const std::size_t height = layout_ == Layout::kChannelsFirst ? 2 : 1;
    for (auto* side : {&layer.before, &layer.after}) {
      (*side)[height] = pick(2);
      (*side)[height + 1] = pick(2);
    }
  }

  std::mt19937 random_;
  Layout layout_;
  NetworkSpec spec_;
};

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
    const auto n = network::build_network(RandomNetwork(GetParam() * kNetworks + i).spec());
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
    const auto n = network::build_network(RandomNetwork(GetParam() * kNetworks + i).spec());
    const auto once = rewrite::rewrite(n);
    const auto twice = rewrite::rewrite(once.network);
    ASSERT_EQ(text_of(twice.network), text_of(once.network)) << text_of(n);
    for (const rewrite::Fate& fate : twice.fates) ASSERT_EQ(fate.kind, rewrite::Fate::Kind::kKept) << text_of(n);
  }
}

TEST_P(RewriteInvariants, AccountForEveryLayer) {
  for (unsigned i = 0; i < kNetworks; ++i) {
    const auto n = network::build_network(RandomNetwork(GetParam() * kNetworks + i).spec());
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
    const auto n = network::build_network(RandomNetwork(GetParam() * kNetworks + i).spec());
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
