// Do inferred shapes, paddings and counts equal what counting every position and tap by hand gives?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/unit/network_text.h"

namespace subvolt::test {
namespace {

using network::Layer;
using network::Network;
using testing::ElementsAre;

std::vector<std::int64_t> padding(const Layer& layer) {
  return {layer.window.pad_top, layer.window.pad_bottom, layer.window.pad_left, layer.window.pad_right};
}

TEST(NetworkShapes, SamePaddingPutsTheOddElementBehind) {
  // 224 -> 112 with kernel 3, stride 2: one row and column of padding, both at the end, as TensorFlow does.
  const Network n = network_of("{shape: 224x224x3}", {"name: a, op: conv2d, kernel: 3, stride: 2, channels: 32"});
  EXPECT_EQ(n.output_of(n.layers[0]).shape.text(), "112x112x32");
  EXPECT_THAT(padding(n.layers[0]), ElementsAre(0, 1, 0, 1));
}

TEST(NetworkShapes, ExplicitPaddingIsTopBottomLeftRight) {
  const Network n =
      network_of("{shape: 10x20x1}", {"name: a, op: conv2d, kernel: 3x5, padding: [1, 2, 3, 4], channels: 1"});
  EXPECT_THAT(padding(n.layers[0]), ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(n.output_of(n.layers[0]).shape.text(), "11x23x1");
}

TEST(NetworkShapes, GlobalPoolCoversTheInput) {
  const Network n = network_of("{shape: 25x5x64}", {"name: a, op: average_pool, kernel: global"});
  EXPECT_EQ(n.output_of(n.layers[0]).shape.text(), "1x1x64");
  EXPECT_EQ(n.layers[0].element_operations, 25 * 5 * 64);
  EXPECT_EQ(n.layers[0].macs, 0);
}

TEST(NetworkShapes, PoolsStepByTheirKernelUnlessTold) {
  const Network n =
      network_of("{shape: 12x12x4}", {"name: a, op: max_pool, kernel: 3",
                                      "name: b, op: max_pool, kernel: 3, stride: 1, padding: valid, input: input"});
  EXPECT_EQ(n.output_of(n.layers[0]).shape.text(), "4x4x4");
  EXPECT_EQ(n.output_of(n.layers[1]).shape.text(), "10x10x4");
}

TEST(NetworkShapes, FullyConnectedReducesOverAllElements) {
  const Network n = network_of("{shape: 3x4x5}", {"name: a, op: fully_connected, channels: 7"});
  EXPECT_EQ(n.layers[0].macs, 3 * 4 * 5 * 7);
  EXPECT_EQ(n.layers[0].weight_elements(), 3 * 4 * 5 * 7);
  EXPECT_EQ(n.layers[0].bias_elements(), 7);
  EXPECT_EQ(n.layers[0].parameter_bytes(), Bytes(3 * 4 * 5 * 7 + 4 * 7));
}

TEST(NetworkShapes, DepthwiseMultiplierAndGroups) {
  const Network n =
      network_of("{shape: 8x8x6}", {"name: a, op: depthwise_conv2d, kernel: 3, multiplier: 2, bias: false",
                                    "name: b, op: conv2d, kernel: 3, channels: 8, groups: 4"});
  EXPECT_EQ(n.layers[0].groups, 6);
  EXPECT_EQ(n.output_of(n.layers[0]).shape.text(), "8x8x12");
  EXPECT_EQ(n.layers[0].parameters(), 3 * 3 * 12);
  EXPECT_EQ(n.layers[1].macs, 8 * 8 * 8 * 3 * 3 * 3);
  EXPECT_EQ(n.layers[1].parameters(), 8 * 3 * 3 * 3 + 8);
}

TEST(NetworkShapes, TypesSetBytes) {
  const Network n =
      network_of("{shape: 5, type: int16}", {"name: a, op: fully_connected, channels: 3, weight_type: int8"});
  EXPECT_EQ(n.input_of(n.layers[0]).bytes(), Bytes(10));
  EXPECT_EQ(n.output_of(n.layers[0]).bytes(), Bytes(6));
  EXPECT_EQ(n.layers[0].weight_bytes(), Bytes(15));
  EXPECT_EQ(n.layers[0].bias_bytes(), Bytes(12));
}

// One dimension, by walking: window positions from the first tap in the padding to the last that still fits.
std::int64_t positions(std::int64_t in, std::int64_t kernel, std::int64_t stride, std::int64_t dilation,
                       std::int64_t before, std::int64_t after) {
  std::int64_t count = 0;
  for (std::int64_t first = -before; first + (kernel - 1) * dilation <= in + after - 1; first += stride) ++count;
  return count;
}

TEST(NetworkShapes, EqualAWalkOverTheInput) {
  std::mt19937 random(7);
  const auto pick = [&random](std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(random() % static_cast<unsigned>(most - least + 1));
  };
  for (int i = 0; i < 500; ++i) {
    const std::int64_t in = pick(1, 40), kernel = pick(1, 7), stride = pick(1, 4), dilation = pick(1, 3);
    const std::int64_t channels = pick(1, 5), outputs = pick(1, 5), mode = pick(0, 2), before = pick(0, 3),
                       after = pick(0, 3);
    const std::string b = std::to_string(before), a = std::to_string(after);
    const std::string pad = mode == 0 ? "same" : mode == 1 ? "valid" : "[" + b + ", " + a + ", 0, 0]";
    const std::string text = network_text("{shape: " + std::to_string(in) + "x1x" + std::to_string(channels) + "}",
                                          {"name: a, op: conv2d, kernel: " + std::to_string(kernel) + "x1, stride: " +
                                           std::to_string(stride) + "x1, dilation: " + std::to_string(dilation) +
                                           "x1, padding: " + pad + ", channels: " + std::to_string(outputs)});
    SCOPED_TRACE(text);
    const std::int64_t room = mode == 2 ? before + after : 0;
    if (mode != 0 && in + room < (kernel - 1) * dilation + 1) {
      EXPECT_EQ(mistakes_in(text).size(), 1u);
      continue;
    }
    const Network n = network_from(text);
    const Layer& layer = n.layers[0];
    const std::int64_t height = n.output_of(layer).shape.height();
    if (mode == 0) {
      EXPECT_EQ(height, (in + stride - 1) / stride);
    }
    if (mode == 2) {
      EXPECT_EQ(layer.window.pad_top, before);
      EXPECT_EQ(layer.window.pad_bottom, after);
    }
    // With a stride beyond the window, "same" needs no padding and may leave elements behind the last position.
    EXPECT_EQ(height, positions(in, kernel, stride, dilation, layer.window.pad_top, layer.window.pad_bottom));
    EXPECT_EQ(layer.macs, height * kernel * channels * outputs);
    EXPECT_EQ(layer.weight_elements(), kernel * channels * outputs);
  }
}

}  // namespace
}  // namespace subvolt::test
