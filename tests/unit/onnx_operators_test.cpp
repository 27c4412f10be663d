// Do ONNX's operators become ours, with the right shapes, work and constants?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/onnx_model.h"

namespace subvolt::test {
namespace {

using network::Activation;
using network::ElementType;
using network::Layer;
using network::Network;
using network::Role;
using testing::ElementsAre;
using testing::HasSubstr;

// One operator on x of 1x4x8x8, with the weights w.
OnnxModel convolution(const Sizes& weights, std::int64_t groups, const Sizes& pads, const Sizes& strides) {
  OnnxModel m;
  m.input("x", {1, 4, 8, 8}).output("y");
  m.shapeless("w", weights);
  m.shapeless("b", {weights[0]});
  auto& node = m.node("Conv", {"x", "w", "b"}, {"y"});
  with(node, "group", groups);
  with_sizes(node, "pads", pads);
  with_sizes(node, "strides", strides);
  return m;
}

TEST(OnnxOperators, Convolution) {
  const Network n = convolution({6, 4, 3, 5}, 1, {1, 2, 0, 1}, {2, 1}).read();
  ASSERT_THAT(layers_of(n), ElementsAre("conv2d:1x6x4x7"));
  const Layer& layer = n.layers[0];
  EXPECT_EQ(layer.name, "y_op");
  EXPECT_EQ(layer.source_op, "Conv");
  EXPECT_EQ(n.layout, network::Layout::kChannelsFirst);
  EXPECT_EQ(layer.macs, 6 * 4 * 7 * 3 * 5 * 4);
  EXPECT_EQ(layer.window.pad_top, 1);
  EXPECT_EQ(layer.window.pad_left, 2);
  EXPECT_EQ(layer.window.pad_bottom, 0);
  EXPECT_EQ(layer.window.pad_right, 1);
  EXPECT_EQ(layer.parameters(), 6 * 4 * 3 * 5 + 6);
  EXPECT_EQ(layer.parameter_bytes().value(), 4 * layer.parameters());
  EXPECT_EQ(layer.constant(Role::kWeights)->name, "w");
  EXPECT_EQ(layer.constant(Role::kWeights)->zeros, std::nullopt);  // the file has no values
}

TEST(OnnxOperators, GroupsOfOneChannelAreDepthwise) {
  EXPECT_THAT(layers_of(convolution({4, 1, 3, 3}, 4, {1, 1, 1, 1}, {1, 1}).read()),
              ElementsAre("depthwise_conv2d:1x4x8x8"));
  const Network twice = convolution({8, 1, 3, 3}, 4, {1, 1, 1, 1}, {1, 1}).read();
  EXPECT_EQ(twice.layers[0].attributes.multiplier, 2);
  EXPECT_EQ(twice.macs(), 8 * 64 * 9);
  const Network grouped = convolution({6, 2, 1, 1}, 2, {0, 0, 0, 0}, {1, 1}).read();
  EXPECT_THAT(layers_of(grouped), ElementsAre("conv2d:1x6x8x8"));
  EXPECT_EQ(grouped.macs(), 6 * 64 * 2);
}

TEST(OnnxOperators, WeightsForOtherChannelsAreRefused) {
  const std::string error = convolution({6, 3, 1, 1}, 1, {0, 0, 0, 0}, {1, 1}).error();
  EXPECT_THAT(error, HasSubstr("m.onnx: operator 0, Conv: "));
  EXPECT_THAT(error, HasSubstr("6x3x1x1"));
}

TEST(OnnxOperators, AutomaticPadding) {
  for (const auto& [mode, top] : std::vector<std::pair<std::string, int>>{{"SAME_UPPER", 0}, {"SAME_LOWER", 1}}) {
    OnnxModel m;
    m.input("x", {1, 4, 8, 8}).output("y");
    m.shapeless("w", {4, 4, 2, 2});
    with_text(m.node("Conv", {"x", "w"}, {"y"}), "auto_pad", mode);
    const Network n = m.read();
    EXPECT_THAT(layers_of(n), ElementsAre("conv2d:1x4x8x8")) << mode;
    EXPECT_EQ(n.layers[0].window.pad_top, top) << mode;
    EXPECT_FALSE(n.layers[0].bias);
  }
}

TEST(OnnxOperators, OneDimension) {
  OnnxModel m;
  m.input("x", {1, 4, 100}).output("y");
  m.shapeless("w", {8, 4, 5});
  with_sizes(m.node("Conv", {"x", "w"}, {"c"}), "strides", {2});
  auto& pool = m.node("MaxPool", {"c"}, {"y"});
  with_sizes(pool, "kernel_shape", {2});
  with_sizes(pool, "strides", {2});
  const Network n = m.read();
  EXPECT_THAT(layers_of(n), ElementsAre("conv1d:1x8x48", "max_pool1d:1x8x24"));
  EXPECT_EQ(n.macs(), 8 * 48 * 5 * 4);
}

TEST(OnnxOperators, TransposedConvolution) {
  OnnxModel m;
  m.input("x", {1, 4, 8, 8}).output("y");
  m.shapeless("w", {4, 6, 3, 3});
  auto& node = m.node("ConvTranspose", {"x", "w"}, {"y"});
  with_sizes(node, "strides", {2, 2});
  with_sizes(node, "pads", {1, 1, 1, 1});
  with_sizes(node, "output_padding", {1, 1});
  const Network n = m.read();
  EXPECT_THAT(layers_of(n), ElementsAre("transposed_conv2d:1x6x16x16"));
  EXPECT_EQ(n.macs(), 64 * 9 * 4 * 6);
}

TEST(OnnxOperators, ProductsWithWeightsAreFullyConnected) {
  OnnxModel m;
  m.input("x", {2, 5, 16}).output("y");
  m.shapeless("w", {16, 32});
  m.shapeless("v", {10, 32});
  m.shapeless("b", {10});
  m.integers("shape", {2}, {10, 32});
  m.node("MatMul", {"x", "w"}, {"h"});
  m.node("Reshape", {"h", "shape"}, {"rows"});
  with(m.node("Gemm", {"rows", "v", "b"}, {"y"}), "transB", 1);
  const Network n = m.read();
  EXPECT_THAT(layers_of(n), ElementsAre("fully_connected:2x5x32", "reshape:10x32", "fully_connected:10x10"));
  EXPECT_EQ(n.layers[0].macs, 10 * 16 * 32);
  EXPECT_EQ(n.layers[2].macs, 10 * 32 * 10);
  EXPECT_EQ(n.parameters(), 16 * 32 + 10 * 32 + 10);
}

TEST(OnnxOperators, ProductsOfActivationsAreBatched) {
  OnnxModel m;
  m.input("q", {1, 4, 16, 8}).input("k", {1, 4, 16, 8}).output("y");
  with_sizes(m.node("Transpose", {"k"}, {"t"}), "perm", {0, 1, 3, 2});
  m.node("MatMul", {"q", "t"}, {"s"});
  with_text(m.node("Einsum", {"s", "q"}, {"y"}), "equation", "bhij, bhjd -> bhid");
  const Network n = m.read();
  EXPECT_THAT(layers_of(n), ElementsAre("transpose:1x4x8x16", "batch_matmul:1x4x16x16", "batch_matmul:1x4x16x8"));
  EXPECT_EQ(n.macs(), 2 * 4 * 16 * 16 * 8);
  EXPECT_EQ(n.parameters(), 0);
}

TEST(OnnxOperators, ABiasThatIsNoVectorIsAddedBehind) {
  OnnxModel m;
  m.input("x", {2, 16}).output("y");
  m.shapeless("w", {16, 4});
  m.shapeless("c", {2, 1});
  m.node("Gemm", {"x", "w", "c"}, {"y"});
  const Network n = m.read();
  EXPECT_THAT(layers_of(n), ElementsAre("fully_connected:2x4", "add:2x4"));
  EXPECT_EQ(n.parameters(), 64 + 2);
}

TEST(OnnxOperators, Activations) {
  OnnxModel m;
  m.input("x", {1, 4}).output("y");
  m.reals("zero", {}, {0}).reals("six", {}, {6}).reals("five", {}, {5}).reals("slope", {1, 4}, {0, 1, 0, 1});
  m.node("Clip", {"x", "zero", "six"}, {"a"});
  m.node("Clip", {"a", "zero"}, {"b"});
  m.node("Clip", {"b", "zero", "five"}, {"c"});
  m.node("HardSwish", {"c"}, {"d"});
  m.node("PRelu", {"d", "slope"}, {"y"});
  const Network n = m.read();
  EXPECT_THAT(layers_of(n), ElementsAre("activation:1x4", "activation:1x4", "clip:1x4", "activation:1x4", "prelu:1x4"));
  EXPECT_EQ(n.layers[0].activation(), Activation::kRelu6);
  EXPECT_EQ(n.layers[1].activation(), Activation::kRelu);
  EXPECT_EQ(n.layers[3].activation(), Activation::kHardSwish);
  EXPECT_EQ(n.parameters(), 4);  // slopes; bounds are none
  EXPECT_EQ(n.layers[4].constants.at(0).zeros, 2);
}

TEST(OnnxOperators, SoftmaxWasOverAllDimensionsBehindItsAxis) {
  for (const int opset : {11, 13}) {
    OnnxModel m(opset);
    m.input("x", {2, 3, 4}).output("y");
    with(m.node("Softmax", {"x"}, {"y"}), "axis", 1);
    const Network n = m.read();
    const auto& axes = n.layers[0].attributes.axes;
    EXPECT_EQ(axes, opset < 13 ? (Sizes{1, 2}) : Sizes{1});
  }
}

TEST(OnnxOperators, BatchNormalisationHasFourConstants) {
  OnnxModel m;
  m.input("x", {1, 4, 8, 8}).output("y");
  for (const char* name : {"s", "b", "m", "v"}) m.shapeless(name, {4});
  m.node("BatchNormalization", {"x", "s", "b", "m", "v"}, {"y"});
  const Network n = m.read();
  EXPECT_THAT(layers_of(n), ElementsAre("batch_norm:1x4x8x8"));
  EXPECT_EQ(n.parameters(), 16);
  EXPECT_EQ(n.layers[0].constants.at(3).name, "v");
}

TEST(OnnxOperators, MovesOfElements) {
  OnnxModel m;
  m.input("x", {1, 8, 6, 6}).output("y").output("s1").output("g").output("r").output("d");
  m.integers("pads", {8}, {0, 0, 1, 2, 0, 0, 3, 4});
  m.integers("begin", {2}, {1, -1}).integers("end", {2}, {INT64_MAX, INT64_MIN}).integers("axes", {2}, {2, 3});
  m.integers("step", {2}, {2, -1}).integers("two", {}, {2}).reals("scales", {4}, {1, 1, 2, 2});
  m.node("Pad", {"x", "pads"}, {"p"});
  m.node("Slice", {"p", "begin", "end", "axes", "step"}, {"y"});
  with(m.node("Split", {"x"}, {"s0", "s1"}), "axis", 1);
  with(m.node("Gather", {"s0", "two"}, {"g"}), "axis", 1);
  m.node("Resize", {"x", "", "scales"}, {"r"});
  with(m.node("DepthToSpace", {"x"}, {"d"}), "blocksize", 2);
  const Network n = m.read();
  EXPECT_THAT(layers_of(n), ElementsAre("pad:1x8x10x12", "slice:1x8x5x12", "split:1x4x6x6", "slice:1x6x6",
                                        "resize_nearest:1x8x12x12", "depth_to_space:1x2x12x12"));
  EXPECT_EQ(n.parameters(), 0);
  EXPECT_THAT(n.layers[2].outputs.size(), 2);
}

TEST(OnnxOperators, PaddingWithZerosNeedsNoConstant) {
  for (const auto& [value, constants] : std::vector<std::pair<float, std::size_t>>{{0.0F, 0}, {-1.0F, 1}}) {
    OnnxModel m;
    m.input("x", {2, 2}).output("y");
    m.integers("pads", {4}, {0, 1, 0, 1}).reals("v", {}, {value});
    m.node("Pad", {"x", "pads", "v"}, {"y"});
    const Network n = m.read();
    EXPECT_THAT(layers_of(n), ElementsAre("pad:2x4"));
    EXPECT_EQ(n.layers[0].constants.size(), constants);
  }
  OnnxModel reflected;
  reflected.input("x", {2, 3}).output("y");
  reflected.integers("pads", {4}, {0, 1, 0, 1});
  with_text(reflected.node("Pad", {"x", "pads"}, {"y"}), "mode", "reflect");
  EXPECT_THAT(layers_of(reflected.read()), ElementsAre("mirror_pad:2x5"));
}

TEST(OnnxOperators, ReductionsKeepDimensionsUnlessToldOtherwise) {
  OnnxModel m;
  m.input("x", {1, 8, 6, 6}).output("y").output("z").output("i");
  with_sizes(m.node("ReduceMean", {"x"}, {"y"}), "axes", {2, -1});
  auto& sum = m.node("ReduceSumSquare", {"x"}, {"z"});
  with_sizes(sum, "axes", {1});
  with(sum, "keepdims", 0);
  with(m.node("ArgMax", {"x"}, {"i"}), "axis", 1);
  const Network n = m.read();
  EXPECT_THAT(layers_of(n), ElementsAre("mean:1x8x1x1", "square:1x8x6x6", "reduce_sum:1x6x6", "arg_max:1x1x6x6"));
  EXPECT_EQ(n.output_of(n.layers[3]).type, ElementType::kInt64);
}

TEST(OnnxOperators, LongShortTermMemory) {
  OnnxModel m;
  m.input("x", {7, 1, 10}).output("h");
  m.shapeless("W", {1, 64, 10});
  m.shapeless("R", {1, 64, 16});
  m.shapeless("B", {1, 128});
  with(m.node("LSTM", {"x", "W", "R", "B"}, {"all", "h", "c"}), "hidden_size", 16);
  const Network n = m.read();
  EXPECT_THAT(layers_of(n), ElementsAre("lstm:1x1x16"));  // the last state alone
  EXPECT_EQ(n.macs(), 7 * 64 * (10 + 16));
  EXPECT_EQ(n.parameters(), 64 * 26 + 128);
}

TEST(OnnxOperators, WhatNobodyKnowsKeepsItsNameAndShape) {
  OnnxModel m;
  m.import_domain("com.example", 1);
  m.input("x", {1, 8}).output("y");
  m.shapeless("table", {3, 8});
  m.node("Magic", {"x", "table"}, {"h"}).set_domain("com.example");
  OnnxModel::describe(*m.graph().add_value_info(), "h", {1, 4}, onnx::TensorProto::FLOAT);
  m.node("Relu", {"h"}, {"y"});
  const Network n = m.read();
  EXPECT_THAT(layers_of(n), ElementsAre("custom:1x4", "activation:1x4"));
  EXPECT_EQ(n.layers[0].source_op, "com.example.Magic");
  EXPECT_EQ(n.parameters(), 24);
}

TEST(OnnxOperators, WhatNobodyKnowsNeedsAShape) {
  OnnxModel m;
  m.import_domain("com.example", 1);
  m.input("x", {1, 8}).output("y");
  m.node("Magic", {"x"}, {"y"}).set_domain("com.example");
  EXPECT_THAT(m.error(),
              HasSubstr("m.onnx: operator 0, Magic: the operator Magic of domain com.example is not known, nor the "
                        "shape of its output \"y\": expected a file that states it (value_info)"));
}

TEST(OnnxOperators, ADropoutAndACastToTheSameTypeDoNothing) {
  OnnxModel m;
  m.input("x", {1, 8}).output("z");
  m.node("Dropout", {"x"}, {"y", "mask"});
  with(m.node("Cast", {"y"}, {"c"}), "to", onnx::TensorProto::FLOAT);
  with(m.node("Cast", {"c"}, {"z"}), "to", onnx::TensorProto::FLOAT16);
  const Network n = m.read();
  EXPECT_THAT(layers_of(n), ElementsAre("identity:1x8", "identity:1x8", "cast:1x8"));
  EXPECT_EQ(n.output_of(n.layers[2]).type, ElementType::kFp16);
}

}  // namespace
}  // namespace subvolt::test
