// Is a layer that a block engine plans computed whole and once, with the inputs and weights of each block loaded before
// it, and is what it cannot run refused by name?
#include "sim/mapping/block_engine/block_engine_planner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "sim/mapping/block_engine/block_layer.h"
#include "tests/support/mapping_hardware.h"

namespace subvolt::mapping {
namespace {

BlockEngineCapabilities block_capabilities(BlockEngineModel model, std::int64_t weight_buffer) {
  BlockEngineCapabilities c;
  c.instance = "npu";
  c.machine = block_engine_machine(model);
  c.weight_buffer = Bytes(weight_buffer);
  return c;
}

Hardware block_hardware(const BlockEngineCapabilities& c, bool off_chip) {
  MemoryRegion memory;
  memory.instance = "memory";
  memory.base = 0x8000'0000;
  memory.size = Bytes(1 << 28);
  memory.off_chip = off_chip;
  memory.path = test::path_of(1.0, 1);
  Hardware h;
  h.accelerators = {std::make_shared<BlockEnginePlanner>(c)};
  h.host.instance = "cpu";
  for (const char* op : {"conv2d", "depthwise_conv2d", "fully_connected", "average_pool", "max_pool", "add"}) {
    h.host.operators.emplace_back(op, 1.0);
  }
  h.memories = {memory};
  return h;
}

std::multiset<Address> addresses_of(const Block& b) {
  std::multiset<Address> all;
  for (std::int64_t p = 0; p < b.planes; ++p) {
    for (std::int64_t r = 0; r < b.rows; ++r) {
      for (std::int64_t i = 0; i < b.row_bytes; ++i) {
        all.insert(b.base + static_cast<Address>(p * b.plane_stride + r * b.row_stride + i));
      }
    }
  }
  return all;
}

// Whether a window of so many has a line under it that is not padding.
bool meets(std::int64_t windows, std::int64_t stride, std::int64_t padding, std::int64_t kernel, std::int64_t lines) {
  for (std::int64_t i = 0; i < windows; ++i) {
    const std::int64_t first = i * stride - padding;
    if (first < lines && first + kernel > 0) return true;
  }
  return false;
}

// A layer between two that the engine runs, so that its maps lie in bricks, or alone.
void expect_whole(const network::Network& net, const Plan& plan, std::size_t index) {
  const network::Layer& layer = net.layers[index];
  const LayerMapping& m = plan.mappings[index];
  const auto at = [&](network::TensorId t) { return plan.placement.activations[static_cast<std::size_t>(t)].address; };
  std::int64_t macs = 0, input_bytes = 0, weight_bytes = 0;
  std::multiset<Address> written;
  std::set<Address> read;
  const std::vector<Command>& commands = plan.program.layers[index].commands;
  for (std::size_t c = 0; c < commands.size(); ++c) {
    for (const std::int32_t before : commands[c].after) EXPECT_LT(before, static_cast<std::int32_t>(c));
    if (const auto* compute = std::get_if<Compute>(&commands[c].what)) {
      const auto* step = dynamic_cast<const BlockStep*>(compute->machine.get());
      ASSERT_NE(step, nullptr);
      if (step->multiplies) macs += compute->tile.macs();
      EXPECT_LE(step->multiplies ? compute->tile.macs() : 0, step->products);
      EXPECT_FALSE(commands[c].after.empty());
    } else if (const auto* store = std::get_if<Store>(&commands[c].what)) {
      for (const Address address : addresses_of(store->to)) written.insert(address);
    } else {
      const auto& load = std::get<Load>(commands[c].what);
      (load.operand == Operand::kInput ? input_bytes : weight_bytes) += load.from.bytes();
      if (load.operand != Operand::kInput) continue;
      for (const Address address : addresses_of(load.from)) read.insert(address);
    }
  }
  EXPECT_EQ(macs, layer.macs);
  EXPECT_EQ(m.input_bytes, input_bytes);
  EXPECT_EQ(m.weight_bytes, weight_bytes);
  const std::int64_t out_bytes = layer.out.elements();
  EXPECT_EQ(m.output_bytes, out_bytes);
  EXPECT_EQ(static_cast<std::int64_t>(written.size()), out_bytes) << "every byte is written once";
  EXPECT_EQ(static_cast<std::int64_t>(std::set<Address>(written.begin(), written.end()).size()), out_bytes);
  EXPECT_EQ(*written.begin(), at(layer.outputs[0]));
  const network::Window& w = layer.window;
  if (!meets(layer.out.height, w.stride_height, w.pad_top, w.extent_height(), layer.in.height) ||
      !meets(layer.out.width, w.stride_width, w.pad_left, w.extent_width(), layer.in.width)) {
    EXPECT_TRUE(read.empty()) << "all is padding";
    return;
  }
  ASSERT_FALSE(read.empty());
  EXPECT_GE(*read.begin(), at(layer.inputs[0]));
  EXPECT_LT(*read.rbegin(), at(layer.inputs[0]) + static_cast<Address>(layer.in.elements()));
  if (layer.window.stride_height <= layer.window.kernel_height &&
      layer.window.stride_width <= layer.window.kernel_width) {
    // All of it that some window meets: a last line may be under none.
    EXPECT_GE(static_cast<std::int64_t>(read.size()),
              layer.in.images * (layer.in.height - 2) * (layer.in.width - 2) * layer.in.channels);
  }
  EXPECT_GE(m.pipeline_cycles.value().value(), m.array_cycles.value());
  EXPECT_GT(m.estimated_cycles.value(), m.array_cycles.value() / 2);
}

TEST(BlockEnginePlanner, ComputesEveryLayerWholeAndOnce) {
  std::mt19937 random(7);
  const auto draw = [&](int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  int several = 0, sliced = 0, direct = 0, bricks = 0;
  for (int i = 0; i < 200; ++i) {
    const int kernel = draw(1, 6);
    std::vector<network::LayerSpec> specs;
    const bool between = draw(0, 1) == 1;
    if (between) specs.push_back(test::convolution("before", {1, 1}, {1, 1}, draw(1, 70)));
    specs.push_back(draw(0, 3) == 0
                        ? test::depthwise("layer", {draw(1, 4), draw(1, 4)}, {draw(1, 3), draw(1, 3)})
                        : test::convolution("layer", {kernel, kernel}, {draw(1, 3), draw(1, 3)}, draw(1, 150)));
    if (between) specs.push_back(test::convolution("behind", {1, 1}, {1, 1}, 8));
    const network::Network net = test::network_of({draw(6, 30), draw(6, 30), draw(1, 70)}, specs);
    const bool off_chip = draw(0, 3) > 0;
    const auto c = block_capabilities(static_cast<BlockEngineModel>(draw(0, 5)), 2048 << draw(0, 6));
    SCOPED_TRACE("layer " + std::to_string(i));
    const Plan plan = make_plan(net, block_hardware(c, off_chip), static_cast<Objective>(draw(0, 2)));
    for (std::size_t l = 0; l < net.layers.size(); ++l) expect_whole(net, plan, l);
    const std::size_t l = between ? 1 : 0;
    several += plan.program.layers[l].commands.size() > 8 ? 1 : 0;
    sliced += plan.mappings[l].how.find("slices") != std::string::npos ? 1 : 0;
    direct += off_chip ? 0 : 1;
    bricks += between ? 1 : 0;
  }
  EXPECT_GT(several, 100);
  EXPECT_GT(sliced, 20);
  EXPECT_GT(direct, 30);
  EXPECT_GT(bricks, 70);
}

// Padding makes several pixels of one: they are no vectors of parts of its channels.
TEST(BlockEnginePlanner, PadsAnImageOfOnePixel) {
  const std::vector<network::Padding> paddings = {{network::Padding::Mode::kExplicit, 1, 1, 1, 1},
                                                  {network::Padding::Mode::kExplicit, 0, 1, 0, 0},
                                                  {network::Padding::Mode::kExplicit, 0, 0, 0, 3},
                                                  {network::Padding::Mode::kValid, 0, 0, 0, 0}};
  for (int model = 0; model < 6; ++model) {
    const auto c = block_capabilities(static_cast<BlockEngineModel>(model), 1 << 14);
    for (const network::Padding& padding : paddings) {
      for (const std::int64_t stride : {1, 2}) {
        for (const std::int64_t channels : {1, 3, 24}) {
          network::LayerSpec dense = test::convolution("layer", {1, 1}, {stride, stride}, 17);
          network::LayerSpec depthwise = test::depthwise("layer", {1, 1}, {stride, stride});
          dense.padding = depthwise.padding = padding;
          for (const network::LayerSpec& spec : {dense, depthwise}) {
            const network::Network net = test::network_of({1, 1, channels}, {spec});
            SCOPED_TRACE(std::to_string(model) + ": " + std::to_string(net.layers[0].out.height) + "x" +
                         std::to_string(net.layers[0].out.width) + "x" + std::to_string(net.layers[0].out.channels));
            expect_whole(net, make_plan(net, block_hardware(c, true), Objective::kLatency), 0);
          }
        }
      }
    }
  }
}

TEST(BlockEnginePlanner, FoldsTheFirstStrideWherePaddingAllowsIt) {
  const auto work = [](std::vector<std::int64_t> in, network::Extent kernel, std::int64_t stride) {
    network::LayerSpec spec = test::convolution("conv", kernel, {stride, stride}, 64);
    return block_work(test::network_of({in[0], in[1], in[2]}, {spec}), 0);
  };
  // Keyword spotting: 10 columns of one feature, padded by two.
  const BlockWork kws = work({49, 10, 1}, {10, 4}, 2);
  EXPECT_EQ(kws.in, (BlockSize{49, 5, 2}));
  EXPECT_EQ(kws.kernel_columns, 3);
  EXPECT_EQ(kws.stride_columns, 1);
  EXPECT_EQ(kws.stride_rows, 2);
  // Visual wake words: 96 columns of three colours.
  const BlockWork vww = work({96, 96, 3}, {3, 3}, 2);
  EXPECT_EQ(vww.in, (BlockSize{96, 48, 6}));
  EXPECT_EQ(vww.kernel_columns, 2);
  // An odd width; more channels than fit into eight.
  EXPECT_EQ(work({33, 33, 3}, {3, 3}, 2).stride_columns, 2);
  EXPECT_EQ(work({32, 32, 5}, {3, 3}, 2).stride_columns, 2);
}

TEST(BlockEnginePlanner, RefusesByNameWhatTheEngineCannotDo) {
  const auto c = block_capabilities(BlockEngineModel::kU55x128, 1 << 16);
  const auto why = [&](network::LayerSpec spec) {
    return make_plan(test::network_of({70, 70, 8}, {spec}), block_hardware(c, true), Objective::kLatency)
        .mappings[0]
        .why_host;
  };
  EXPECT_EQ(why(test::convolution("conv", {3, 3}, {4, 4}, 8)), "npu has strides of 1 to 3 and this one is 4x4");
  EXPECT_EQ(why(test::convolution("conv", {65, 1}, {1, 1}, 8)),
            "npu has windows of 64 lines and 4,096 taps at most and this one's are 65x1");
  network::LayerSpec grouped = test::convolution("conv", {3, 3}, {1, 1}, 8);
  grouped.groups = 2;
  EXPECT_EQ(why(grouped), "npu has no way for groups of 4 channels and 4 kernels");
  network::LayerSpec narrow = test::convolution("conv", {3, 3}, {1, 1}, 8);
  narrow.weight_type = network::ElementType::kInt4;
  EXPECT_EQ(why(narrow), "npu computes int8 and the weights is int4: --quantize int8 takes it as int8");
  EXPECT_EQ(why(test::convolution("conv", {3, 3}, {1, 1}, 8)), "") << "it runs this one";
}

}  // namespace
}  // namespace subvolt::mapping
