// Does any operator ever do anything but make a sane layer of its operands or refuse them as a configuration error?
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>

#include "sim/network/bounded.h"
#include "sim/network/layer_builder.h"
#include "tests/unit/operator_layer.h"

namespace subvolt::test {
namespace {

using network::Attributes;
using network::Constant;
using network::ElementType;
using network::Layer;
using network::LayerSpec;
using network::Network;
using network::NetworkSpec;
using network::Shape;

class Garbage {
 public:
  explicit Garbage(unsigned seed) : random_(seed), tame_(seed % 3 != 0) {}

  NetworkSpec network(const std::string& op) {
    NetworkSpec spec;
    spec.name = "garbage";
    spec.layout = one_in(4) ? network::Layout::kChannelsFirst : network::Layout::kChannelsLast;
    const Shape common = shape();
    const ElementType common_type = type();
    const std::size_t inputs = one_in(8) ? 0 : pick(1, one_in(3) ? 4 : 2);
    LayerSpec layer;
    layer.name = "y";
    layer.op = network::Operator(op);
    for (std::size_t i = 0; i <= inputs; ++i) {  // one that the layer does not read
      network::InputSpec input;
      input.name = "i" + std::to_string(i);
      input.shape = one_in(3) ? shape() : common;
      input.type = one_in(4) ? type() : common_type;
      if (i < inputs) layer.inputs.push_back(input.name);
      spec.inputs.push_back(std::move(input));
    }
    layer.no_inputs = inputs == 0;
    attributes(layer, common);
    for (std::size_t n = one_in(2) ? 0 : pick(1, 3); n > 0; --n) layer.constants.push_back(constant(common));
    if (one_in(3)) {
      for (std::size_t n = pick(1, 3), i = 0; i < n; ++i) {
        layer.outputs.push_back({"o" + std::to_string(i), {}, {}, {}});
        if (one_in(2)) layer.outputs.back().shape = one_in(2) ? shape() : common;
        if (one_in(3)) layer.outputs.back().type = type();
      }
    }
    spec.layers.push_back(layer);
    LayerSpec rest;
    rest.name = "rest";
    rest.op = network::Operator("identity");
    rest.input = "i" + std::to_string(inputs);
    spec.layers.push_back(rest);
    return spec;
  }

 private:
  std::int64_t pick(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(most - least + 1));
  }
  bool one_in(std::int64_t n) { return pick(1, n) == 1; }

  std::int64_t number() {
    static const std::vector<std::int64_t> wild = {std::numeric_limits<std::int64_t>::min(),
                                                   -9007199254740993,
                                                   -2147483649,
                                                   -2147483648,
                                                   -7,
                                                   -1,
                                                   0,
                                                   65536,
                                                   2147483647,
                                                   2147483648,
                                                   4294967296,
                                                   9007199254740992,
                                                   9007199254740993,
                                                   4611686018427387904,
                                                   std::numeric_limits<std::int64_t>::max()};
    if (!tame_ && one_in(3)) return wild[static_cast<std::size_t>(pick(0, std::int64_t(wild.size()) - 1))];
    return pick(tame_ ? 1 : -2, 4);
  }
  Shape shape() {
    std::vector<std::int64_t> sizes;
    for (std::int64_t n = pick(0, one_in(4) ? 7 : 4); n > 0; --n) sizes.push_back(number());
    return Shape(std::move(sizes));
  }
  ElementType type() { return static_cast<ElementType>(pick(0, static_cast<int>(ElementType::kResource))); }
  // Mostly of one length per network: operators want as many of one list as of another.
  std::vector<std::int64_t> list(std::int64_t least = -1) {
    std::vector<std::int64_t> all;
    const std::int64_t length = one_in(3) ? pick(0, 4) : length_;
    for (std::int64_t n = length; n > 0; --n) all.push_back(one_in(4) ? number() : pick(least, least + 3));
    return all;
  }

  Constant constant(const Shape& common) {
    Constant c;
    c.name = one_in(2) ? "w" : "";
    c.role = static_cast<network::Role>(pick(0, static_cast<int>(network::Role::kOperand)));
    c.shape = one_in(3) ? common : shape();
    c.type = type();
    if (one_in(3)) c.zeros = number();
    return c;
  }

  void attributes(Attributes& a, const Shape& common) {
    if (!one_in(4)) {
      a.kernel = network::Kernel();
      a.kernel->global = one_in(8);
      a.kernel->extent = {number(), number()};
      if (one_in(3)) a.kernel->extent.depth = number();
    }
    if (one_in(2)) a.stride = network::Extent{number(), number()};
    if (one_in(3)) a.dilation = {number(), number()};
    a.padding.mode = static_cast<network::Padding::Mode>(pick(0, 3));
    a.padding.top = number();
    a.padding.bottom = number();
    a.padding.left = number();
    a.padding.right = number();
    if (one_in(3)) a.padding.front = number();
    if (one_in(3)) a.padding.back = number();
    if (a.padding.mode != network::Padding::Mode::kExplicit) a.padding = {a.padding.mode, 0, 0, 0, 0};
    a.ceil = one_in(3);
    if (!one_in(4)) a.channels = number();
    a.multiplier = number();
    a.groups = one_in(2) ? 1 : number();
    a.keep_dims = one_in(2);
    if (one_in(3)) a.shape = one_in(2) ? shape() : common;
    a.axes = list();
    a.order = list();
    a.begin = list();
    a.end = list(2);
    a.step = list(1);
    a.sizes = list(1);
    a.before = list();
    a.after = list();
    a.block = number();
    a.heads = one_in(2) ? 1 : number();
    a.transpose_a = one_in(2);
    a.transpose_b = one_in(2);
    if (!one_in(4)) a.units = number();
    if (one_in(3)) a.projection = number();
    a.memory = number();
    a.rank = number();
    a.peephole = one_in(3);
    a.bidirectional = one_in(3);
    a.recurrent_bias = one_in(3);
    a.last_only = one_in(3);
    if (one_in(3)) a.type = type();
    a.activation = static_cast<network::Activation>(pick(0, 5));
    a.bias = one_in(2);
    a.weight_type = type();
    a.bias_type = type();
    a.state = one_in(2) ? "s" : "";
  }

  std::mt19937 random_;
  bool tame_;
  std::int64_t length_ = pick(0, 3);
};

void expect_sane(const Network& n) {
  const Layer& layer = n.layers.front();
  EXPECT_GE(layer.macs, 0);
  EXPECT_LE(layer.macs, network::kMaxCount);
  EXPECT_GE(layer.element_operations, 0);
  EXPECT_LE(layer.element_operations, network::kMaxCount);
  EXPECT_GE(layer.parameters(), 0);
  for (const network::TensorId id : layer.outputs) {
    EXPECT_EQ(network::fault_of(n.tensor(id).shape), std::nullopt);
  }
  for (const Constant& c : layer.constants) EXPECT_EQ(network::fault_of(c.shape), std::nullopt);
  const auto& keys = layer.op->keys;
  if (std::find(keys.begin(), keys.end(), "axes") == keys.end()) return;
  for (const std::int64_t axis : layer.attributes.axes) EXPECT_GE(axis, 0);
}

class OperatorGarbage : public testing::TestWithParam<std::string> {};

TEST_P(OperatorGarbage, IsRefusedOrSane) {
  int made = 0;
  // Some operators want so much at once that few are made: those get more tries.
  for (unsigned seed = 0; seed < 800 || (made == 0 && seed < 20'000); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const NetworkSpec spec = Garbage(seed).network(GetParam());
    config::Diagnostics mistakes;
    const Network n = network::build_network(spec, mistakes);
    if (!mistakes.empty()) {
      for (const config::Diagnostic& d : mistakes.errors()) EXPECT_FALSE(d.message.empty());
      continue;
    }
    ASSERT_EQ(n.layers.size(), 2u);
    ++made;
    expect_sane(n);
    const std::string once = everything(n);
    ASSERT_EQ(everything(network::build_network(network::spec_of(n))), once);
    if (HasFatalFailure()) return;
  }
  RecordProperty("made", made);
  EXPECT_GT(made, 0) << "every one was refused: this says nothing";
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const network::OperatorDefinition* definition : network::operators()) all.push_back(definition->name);
  return all;
}

// GoogleTest asks for the names after main has begun: all operators have registered by then.
INSTANTIATE_TEST_SUITE_P(Every, OperatorGarbage, testing::ValuesIn(names()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace subvolt::test
