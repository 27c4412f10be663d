// Whatever the engines' speeds: is every operand in its buffer when a command needs it, and is no buffer ever
// over-full?
//
// Random layers are planned for random buffers, and each program is held against random schedules
// (tests/support/mapping_checker.h).
#include <gtest/gtest.h>

#include <random>

#include "sim/config/library.h"
#include "sim/network/reader.h"
#include "tests/support/mapping_checker.h"

namespace subvolt {
namespace {

using test::Checker;

void check(const network::Network& net, const test::MapperHardware& hardware, mapping::Objective objective,
           std::mt19937& random) {
  const mapping::Plan plan = make_plan(net, hardware, objective);
  for (std::size_t l = 0; l < net.layers.size(); ++l) {
    if (plan.program.layers[l].runs != mapping::LayerProgram::Runs::kOnAccelerator) continue;
    for (int repeat = 0; repeat < 3; ++repeat) Checker(net, l, plan, hardware).run(random);
  }
}

constexpr mapping::Objective kObjectives[] = {mapping::Objective::kEnergy, mapping::Objective::kLatency,
                                              mapping::Objective::kEdp};

network::LayerSpec random_layer(std::mt19937& random, const network::Shape& in) {
  const auto up_to = [&](std::int64_t n) { return 1 + static_cast<std::int64_t>(random()) % n; };
  const network::Extent kernel{up_to(4), up_to(4)};
  const network::Extent stride{up_to(3), up_to(3)};
  network::LayerSpec spec;
  switch (random() % 7) {
    case 0:
    case 1:
      spec = test::convolution("conv", kernel, stride, up_to(90));
      break;
    case 2:
      spec = test::convolution("grouped", kernel, stride, 2 * up_to(40));
      spec.groups = in.channels() % 2 == 0 ? 2 : 1;
      break;
    case 3:
      spec = test::depthwise("depthwise", kernel, stride, up_to(3));
      break;
    case 4:
      return test::fully_connected("fc", up_to(200));
    case 5:
      return test::pool("pool", random() % 2 ? network::Operator("max_pool") : network::Operator("average_pool"),
                        kernel, stride);
    default:
      return test::layer_spec("softmax", network::Operator("softmax"));
  }
  spec.bias = random() % 4 != 0;
  spec.dilation = {up_to(2), up_to(2)};
  if (random() % 3 == 0) {
    spec.padding.mode = network::Padding::Mode::kExplicit;  // more than the window's own, so that tiles lie in it
    spec.padding.top = spec.padding.left = up_to(6);
    spec.padding.bottom = spec.padding.right = 6;
  }
  return spec;
}

TEST(MappingSchedule, RandomLayersInRandomBuffers) {
  std::mt19937 random(20240611);
  std::mt19937 durations(1);  // apart, so that the layers do not depend on the plans
  int planned = 0;
  for (int i = 0; i < 300; ++i) {
    const auto size = [&](std::uint32_t n) { return 1 + static_cast<std::int64_t>(random() % n); };
    const network::Shape in{size(20), size(20), size(60)};
    const network::Network net = test::network_of(in, {random_layer(random, in)});
    test::MapperHardware hardware =
        test::mapping_hardware(Bytes(200 + size(12000)), Bytes(600 + size(12000)), Bytes(200 + size(12000)));
    if (random() % 2) hardware.npu.styles.resize(1);
    SCOPED_TRACE("case " + std::to_string(i) + ": input " + in.text());
    try {
      check(net, hardware, kObjectives[i % 3], durations);
      ++planned;
    } catch (const Error& e) {  // some layers fit no such buffers
      EXPECT_NE(std::string(e.what()).find("the smallest tile needs"), std::string::npos) << e.what();
    }
  }
  EXPECT_GT(planned, 200);
}

network::Network network_of_inputs(const std::vector<network::Shape>& shapes, network::LayerSpec layer) {
  network::NetworkSpec spec;
  spec.name = "test";
  spec.source = "made for a test";
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    spec.inputs.emplace_back();
    spec.inputs.back().name = std::string(1, static_cast<char>('a' + i));
    spec.inputs.back().shape = shapes[i];
    layer.inputs.push_back(spec.inputs.back().name);
  }
  spec.layers = {std::move(layer)};
  return network::build_network(spec);
}

TEST(MappingSchedule, ProductsOfMatricesInRandomBuffers) {
  std::mt19937 random(20240612);
  std::mt19937 durations(2);
  int planned = 0;
  for (int i = 0; i < 200; ++i) {
    const auto size = [&](std::uint32_t n) { return 1 + static_cast<std::int64_t>(random() % n); };
    const std::int64_t heads = i % 3 == 0 ? 1 : size(4);
    const std::int64_t batches = heads > 1 ? size(3) + 1 : size(4), rows = size(60), inner = size(70),
                       columns = size(60);
    network::LayerSpec layer = test::layer_spec("matmul", network::Operator("batch_matmul"));
    layer.heads = heads;
    layer.transpose_b = random() % 2 == 0;
    const bool split = heads > 1 && random() % 2 == 0;
    const network::Shape a =
        split ? network::Shape{batches * heads, rows, inner} : network::Shape{batches, rows, heads * inner};
    network::Shape b = layer.transpose_b ? network::Shape{batches, columns, heads * inner}
                                         : network::Shape{batches, inner, heads * columns};
    if (heads == 1 && random() % 4 == 0) b[0] = 1;
    if (random() % 3 == 0) layer.activation = network::Activation::kSigmoid;
    const network::Network net = network_of_inputs({a, b}, layer);
    const test::MapperHardware hardware =
        test::mapping_hardware(Bytes(200 + size(6000)), Bytes(600 + size(6000)), Bytes(200 + size(6000)));
    SCOPED_TRACE("case " + std::to_string(i) + ": " + a.text() + " x " + b.text() + ", heads " + std::to_string(heads));
    try {
      check(net, hardware, kObjectives[i % 3], durations);
      ++planned;
    } catch (const Error& e) {
      EXPECT_NE(std::string(e.what()).find("the smallest tile needs"), std::string::npos) << e.what();
    }
    if (HasFailure()) return;
  }
  EXPECT_GT(planned, 150);
}

TEST(MappingSchedule, SeveralImages) {
  std::mt19937 random(3);
  for (int i = 0; i < 40; ++i) {
    const network::Shape in{1 + static_cast<std::int64_t>(random() % 3), 9, 11, 8};
    const network::Network net = test::network_of(in, {random_layer(random, network::Shape{9, 11, 8})});
    SCOPED_TRACE("case " + std::to_string(i) + ": " + net.layers[0].name + " of " + in.text());
    check(net, test::mapping_hardware(Bytes(3000), Bytes(6000), Bytes(2000)), kObjectives[i % 3], random);
    if (HasFailure()) return;
  }
}

// Each kind of layer of the vector unit, and moves.
TEST(MappingSchedule, VectorLayersInSmallBuffers) {
  std::mt19937 random(4);
  const auto spec_of = [](const char* op, std::vector<std::int64_t> axes = {}) {
    network::LayerSpec spec = test::layer_spec(op, network::Operator(op));
    spec.axes = std::move(axes);
    return spec;
  };
  const network::Shape whole{8, 9, 40};
  std::vector<network::Network> nets;
  for (const char* op : {"add", "mul", "sub", "minimum", "maximum"}) {
    for (const network::Shape& other : {whole, network::Shape{1, 1, 40}, network::Shape{8, 9, 1}, network::Shape{1}}) {
      nets.push_back(network_of_inputs({whole, other}, spec_of(op)));
    }
  }
  nets.push_back(network_of_inputs({whole}, spec_of("mean", {0, 1})));
  nets.push_back(network_of_inputs({whole}, spec_of("softmax", {2})));
  nets.push_back(network_of_inputs({whole}, spec_of("layer_norm", {2})));
  nets.push_back(network_of_inputs({whole}, spec_of("l2_norm", {2})));
  nets.push_back(network_of_inputs({whole}, spec_of("batch_norm")));
  network::LayerSpec shuffle = spec_of("channel_shuffle");
  shuffle.groups = 4;
  nets.push_back(network_of_inputs({whole}, shuffle));
  for (const char* op : {"resize_bilinear", "resize_nearest"}) {
    network::LayerSpec resize = spec_of(op);
    resize.shape = network::Shape{16, 21, 40};
    nets.push_back(network_of_inputs({whole}, resize));
  }
  nets.push_back(network_of_inputs({whole, whole}, spec_of("concat", {2})));
  network::LayerSpec pad = spec_of("pad");
  pad.before = pad.after = {1, 2, 0};
  nets.push_back(network_of_inputs({whole}, pad));
  for (const network::Network& net : nets) {
    SCOPED_TRACE(net.layers[0].name);
    for (const std::int64_t bytes : {500, 3000, 65536}) {
      const test::MapperHardware hardware = test::mapping_hardware(Bytes(65536), Bytes(65536), Bytes(bytes));
      EXPECT_EQ(make_plan(net, hardware, mapping::Objective::kEnergy).program.layers[0].runs,
                mapping::LayerProgram::Runs::kOnAccelerator);
      check(net, hardware, mapping::Objective::kEnergy, random);
    }
  }
}

TEST(MappingSchedule, ShippedNetworks) {
  std::mt19937 random(7);
  for (const char* name : {"kws_ds_cnn", "resnet8", "ad_autoencoder"}) {
    const network::Network net = network::read_network(name);
    for (const std::int64_t kibibytes : {4, 16, 64}) {
      SCOPED_TRACE(std::string(name) + ", buffers " + std::to_string(kibibytes) + " KiB");
      for (const mapping::Objective objective : kObjectives) {
        check(net, test::mapping_hardware(kibibytes), objective, random);
      }
    }
  }
}

}  // namespace
}  // namespace subvolt
