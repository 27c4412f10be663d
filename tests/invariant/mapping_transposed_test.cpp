// Are the phases of a transposed convolution the transposed convolution? Each pair of an input and an output pixel,
// with the tap between them, once; each output byte stored once; MACs as the layer counts them.
#include <gtest/gtest.h>

#include <set>
#include <tuple>

#include "sim/mapping/layer/transposed_layer.h"
#include "tests/support/byte_identity.h"
#include "tests/support/mapping_hardware.h"

namespace subvolt {
namespace {

using mapping::AxisTile;
using network::LayerSpec;
using Product = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t>;

network::Network network_of(network::Extent kernel, network::Extent stride, network::Padding padding,
                            std::int64_t channels = 8, std::int64_t groups = 1) {
  LayerSpec up = test::layer_spec("up", network::Operator("transposed_conv2d"));
  up.kernel = network::Kernel{false, kernel};
  up.stride = stride;
  up.padding = padding;
  up.channels = channels;
  up.groups = groups;
  return test::network_of({5, 7, 8}, {up, test::convolution("end", {1, 1}, {1, 1}, 4)});
}

// Of output row and column, input row and column, tap row and column.
std::set<Product> by_definition(const network::Layer& layer) {
  const network::Window& w = layer.window;
  std::set<Product> all;
  for (std::int64_t y = 0; y < layer.in.height; ++y) {
    for (std::int64_t x = 0; x < layer.in.width; ++x) {
      for (std::int64_t ky = 0; ky < w.kernel_height; ++ky) {
        for (std::int64_t kx = 0; kx < w.kernel_width; ++kx) {
          const std::int64_t oy = y * w.stride_height + ky - w.pad_top, ox = x * w.stride_width + kx - w.pad_left;
          if (oy < 0 || ox < 0 || oy >= layer.out.height || ox >= layer.out.width) continue;
          all.insert({oy, ox, y, x, ky, kx});
        }
      }
    }
  }
  return all;
}

// A phase's taps run against those of the whole kernel, every `stride` of them: the last one is the remainder.
std::int64_t tap_of(std::int64_t out, std::int64_t pad, std::int64_t stride, std::int64_t taps, std::int64_t tap) {
  return (out + pad) % stride + stride * (taps - 1 - tap);
}

std::multiset<Product> by_phases(const network::Layer& layer, const std::vector<mapping::MacLayer>& phases,
                                 mapping::Address output) {
  const network::Window& w = layer.window;
  std::multiset<Product> all;
  for (const mapping::MacLayer& phase : phases) {
    for (std::int64_t j = 0; j < phase.rows.out; ++j) {
      for (std::int64_t i = 0; i < phase.columns.out; ++i) {
        const mapping::Block pixel = output_block(phase, AxisTile{j, 1, 0, 1, 1}, AxisTile{i, 1, 0, 1, 1},
                                                  {0, phase.groups, 0, phase.outputs_per_group});
        const auto at = static_cast<std::int64_t>(pixel.base - output) / layer.out.channels;
        const std::int64_t oy = at / layer.out.width, ox = at % layer.out.width;
        for (std::int64_t ty = 0; ty < phase.rows.kernel; ++ty) {
          for (std::int64_t tx = 0; tx < phase.columns.kernel; ++tx) {
            const std::int64_t y = j - phase.rows.pad + ty, x = i - phase.columns.pad + tx;
            if (y < 0 || x < 0 || y >= phase.rows.in || x >= phase.columns.in) continue;
            all.insert({oy, ox, y, x, tap_of(oy, w.pad_top, w.stride_height, phase.rows.kernel, ty),
                        tap_of(ox, w.pad_left, w.stride_width, phase.columns.kernel, tx)});
          }
        }
      }
    }
  }
  return all;
}

network::Padding same() {
  network::Padding padding;
  padding.mode = network::Padding::Mode::kSame;
  return padding;
}

network::Padding valid() {
  network::Padding padding;
  padding.mode = network::Padding::Mode::kValid;
  return padding;
}

TEST(MappingTransposed, PhasesAreTheWhole) {
  int planned = 0;
  for (std::int64_t kernel = 1; kernel <= 6; ++kernel) {
    for (std::int64_t stride = 1; stride <= 4; ++stride) {
      for (const std::int64_t groups : {1, 2, 8}) {
        SCOPED_TRACE("kernel " + std::to_string(kernel) + ", stride " + std::to_string(stride) + ", groups " +
                     std::to_string(groups));
        const network::Network net = network_of({kernel, kernel}, {stride, stride}, same(), 8, groups);
        const network::Layer& layer = net.layers[0];
        EXPECT_EQ(mapping::transposed_obstacle(layer).empty(), kernel >= stride);
        if (kernel < stride) continue;
        const test::MapperHardware hardware = test::mapping_hardware(8);
        const mapping::Plan plan = make_plan(net, hardware, mapping::Objective::kEnergy);
        ASSERT_EQ(plan.program.layers[0].runs, mapping::LayerProgram::Runs::kOnAccelerator);
        const auto whole = mac_layer(net, 0, plan.placement, hardware.memories);
        const auto products = by_phases(layer, phases_of(whole, layer), whole.output.address);
        const auto wanted = by_definition(layer);
        EXPECT_EQ(std::set<Product>(products.begin(), products.end()), wanted);
        EXPECT_EQ(products.size(), wanted.size()) << "a product is made twice";
        const test::Moved moved = test::moved_by(plan.program.layers[0]);
        EXPECT_EQ(moved.macs, layer.macs);
        EXPECT_EQ(moved.weights, plan.mappings[0].weight_bytes);
        EXPECT_GE(moved.weights, layer.weight_bytes().value());
        EXPECT_EQ(moved.input, plan.mappings[0].input_bytes);
        EXPECT_EQ(moved.biases, plan.mappings[0].bias_bytes);
        test::ByteIdentity(net, plan).run();
        ++planned;
      }
    }
  }
  EXPECT_EQ(planned, 3 * (6 + 5 + 4 + 3));
}

TEST(MappingTransposed, RowsAndColumnsOnTheirOwn) {
  const network::Network net = network_of({2, 3}, {2, 1}, same());
  const mapping::Plan plan = make_plan(net, test::mapping_hardware(), mapping::Objective::kLatency);
  EXPECT_EQ(test::moved_by(plan.program.layers[0]).macs, net.layers[0].macs);
  test::ByteIdentity(net, plan).run();
}

TEST(MappingTransposed, OtherSizesAreTheHosts) {
  // Without padding the output is larger than stride times the input: more outputs than inputs in each phase.
  const network::Network net = network_of({4, 4}, {2, 2}, valid());
  EXPECT_EQ(mapping::transposed_obstacle(net.layers[0]), "spreads images to as many times their size as the stride");
  test::MapperHardware hardware = test::mapping_hardware();
  hardware.host.operators = {{"transposed_conv2d", 1.0}};
  const mapping::Plan plan = make_plan(net, hardware, mapping::Objective::kEnergy);
  EXPECT_EQ(plan.program.layers[0].runs, mapping::LayerProgram::Runs::kOnHost);
}

TEST(MappingTransposed, UpsamplesIntoAConcatenation) {
  LayerSpec up = test::layer_spec("up", network::Operator("transposed_conv2d"));
  up.kernel = network::Kernel{false, {2, 2}};
  up.stride = network::Extent{2, 2};
  up.channels = 16;
  LayerSpec cat = test::layer_spec("cat", network::Operator("concat"));
  cat.inputs = {"skip", "up"};
  cat.axes = {2};
  const network::Network net =
      test::network_of({8, 8, 16}, {test::convolution("skip", {3, 3}, {1, 1}, 16),
                                    test::pool("down", network::Operator("max_pool"), {2, 2}, {2, 2}), up, cat,
                                    test::convolution("end", {1, 1}, {1, 1}, 4)});
  const mapping::Plan plan = make_plan(net, test::mapping_hardware(), mapping::Objective::kEnergy);
  test::ByteIdentity bytes(net, plan);
  bytes.run();
  EXPECT_EQ(bytes.in_place(), 1);
}

}  // namespace
}  // namespace subvolt
