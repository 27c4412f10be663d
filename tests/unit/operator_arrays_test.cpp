// Convolutions of all kinds, matrix products and recurrent layers: shapes, constants and MACs, worked out by hand from
// the ONNX operator descriptions, TFLite's kernel_shape_util.cc and the papers named in the headers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/operator_layer.h"

namespace subvolt::test {
namespace {

void expect_located_errors(const std::vector<OperatorCase>& cases) {
  expect_errors(cases);
  for (const OperatorCase& c : cases) {
    const std::string got = made_of(c.inputs, c.layer, c.layout);
    // Of the layer, or of the key in it that cannot be read.
    EXPECT_THAT(got, testing::AnyOf(testing::HasSubstr("layer \"y\""), testing::HasSubstr("network.layers[0].")))
        << print_case(c);
  }
}

TEST(OperatorArrays, Convolutions) {
  expect_all({
      {{"8x8x3"}, "conv2d, kernel: 3, channels: 4", "8x8x4 int8, 6912 macs, weights 4x3x3x3 int8, bias 4 int32"},
      {{"1x3x8x8"},
       "conv2d, kernel: 3, channels: 4, stride: 2, padding: 1, bias: false",
       "1x4x4x4 int8, 1728 macs, weights 4x3x3x3 int8",
       "channels_first"},
      // Two groups: 6 / 2 inputs for each output.
      {{"4x4x6"},
       "conv2d, kernel: 1, channels: 8, groups: 2",
       "4x4x8 int8, 384 macs, weights 8x1x1x3 int8, bias 8 int32"},
      // A window of 5 taken every second element reaches over 9.
      {{"12x12x1"},
       "conv2d, kernel: 5, dilation: 2, padding: valid, channels: 1, bias: false",
       "4x4x1 int8, 400 macs, weights 1x5x5x1 int8"},
      {{"2x4x4x3"},
       "depthwise_conv2d, kernel: 3, multiplier: 2",
       "2x4x4x6 int8, 1728 macs, weights 6x3x3x1 int8, bias 6 int32"},
      {{"20x16"},
       "conv1d, kernel: 4, stride: 2, padding: valid, channels: 8",
       "9x8 int8, 4608 macs, weights 8x1x4x16 int8, bias 8 int32"},
      {{"1x16x20 fp32"},
       "conv1d, kernel: 4, padding: valid, channels: 8, weight_type: fp32, bias_type: fp32",
       "1x8x17 fp32, 8704 macs, weights 8x1x4x16 fp32, bias 8 fp32",
       "channels_first"},
      {{"10x4"}, "depthwise_conv1d, kernel: 3", "10x4 int8, 120 macs, weights 4x1x3x1 int8, bias 4 int32"},
      // Weights and biases that other layers compute are no constants.
      {{"8x8x3", "4x3x3x3", "4"}, "conv2d, kernel: 3, channels: 4", "8x8x4 int8, 6912 macs"},
      {{"8x8x3", "4x3x3x3"}, "conv2d, kernel: 3, channels: 4", "8x8x4 int8, 6912 macs, bias 4 int32"},
  });
  // Of three dimensions: one number is meant for each; depth comes first.
  expect_all({
      {{"4x8x8x3"}, "conv3d, kernel: 3, channels: 4", "4x8x8x4 int8, 82944 macs, weights 4x3x3x3x3 int8, bias 4 int32"},
      {{"1x3x8x16x16"},
       "conv3d, kernel: 1x3x5, stride: 1x2x2, padding: [0, 0, 1, 1, 2, 2], channels: 2, bias: false",
       "1x2x8x8x8 int8, 46080 macs, weights 2x1x3x5x3 int8",
       "channels_first"},
      {{"5x6x6x2"},
       "depthwise_conv3d, kernel: 2, stride: 2, dilation: 2, padding: valid, bias: false",
       "2x2x2x2 int8, 128 macs, weights 2x2x2x2x1 int8"},
      {{"2x3x3x2"},
       "transposed_conv3d, kernel: 3, stride: 2, padding: valid, channels: 4, bias: false",
       "5x7x7x4 int8, 3888 macs, weights 4x3x3x3x2 int8"},
      {{"2x3x3x2"},
       "transposed_conv3d, kernel: 3, stride: 2x1x1, padding: same, channels: 1, shape: 4x3x3x1, bias: false",
       "4x3x3x1 int8, 972 macs, weights 1x3x3x3x2 int8"},
  });
  expect_located_errors({
      {{"4x8x8x3"}, "conv3d, kernel: 3x5, channels: 4", "sizes such as 3 or 3x3x3, got 3x5"},
      {{"4x8x8x3"}, "conv3d, kernel: 3, padding: [1, 2, 1, 1], channels: 4", "[front, back, top, bottom, left, right]"},
      {{"4x8x8x3"}, "conv3d, kernel: 5x3x3, padding: valid, channels: 4", "does not fit the input of 4x8x8x3"},
      {{"4x8x8x3"}, "conv2d, kernel: 3x3x3x3, channels: 4", "2x3x5 (depth first)"},
      {{"8x8x3"}, "conv2d, kernel: 3", "needs channels"},
      {{"8x8x6"}, "conv2d, kernel: 3, channels: 4, groups: 4", "divisor of the 6 input channels"},
      {{"8x8x3", "4x3x3x2"}, "conv2d, kernel: 3, channels: 4", "weights of 4x3x3x3, got \"b\" of 4x3x3x2"},
      {{"8x8x3", "4x3x3x3", "5"}, "conv2d, kernel: 3, channels: 4", "biases of 4, got \"c\" of 5"},
      {{"8x8x3"},
       "conv2d, kernel: 3, channels: 4, bias: false, constants: [{role: bias, shape: 4}]",
       "expected 0 constants of the role bias"},
      {{"8x8"}, "conv2d, kernel: 3, channels: 4", "at least 3 dimensions", "channels_first"},
      {{"8x8x3"}, "conv2d, inputs: [], kernel: 3, channels: 4, constants: [{shape: 4}]", "needs an input"},
  });
}

TEST(OperatorArrays, TransposedConvolutions) {
  expect_all({
      // ONNX ConvTranspose: (3 - 1) 2 + 3 = 7.
      {{"1x1x3x3 fp32"},
       "transposed_conv2d, kernel: 3, stride: 2, padding: valid, channels: 2, bias: false",
       "1x2x7x7 fp32, 162 macs, weights 2x3x3x1 int8",
       "channels_first"},
      // output_padding of 1: 8; pads of 1: 5; dilation 2: 2 + 5 = 7 with stride 1.
      {{"1x1x3x3"},
       "transposed_conv2d, kernel: 3, stride: 2, padding: valid, channels: 2, bias: false, shape: 1x2x8x8",
       "1x2x8x8 int8, 162 macs, weights 2x3x3x1 int8",
       "channels_first"},
      {{"3x3x1"},
       "transposed_conv2d, kernel: 3, stride: 2, padding: 1, channels: 1, bias: false",
       "5x5x1 int8, 81 macs, weights 1x3x3x1 int8"},
      {{"3x3x1"},
       "transposed_conv2d, kernel: 3, dilation: 2, padding: valid, channels: 1, bias: false",
       "7x7x1 int8, 81 macs, weights 1x3x3x1 int8"},
      // TFLite, SAME: 128 x 2; the last layer of MediaPipe's selfie segmentation.
      {{"1x128x128x16"},
       "transposed_conv2d, kernel: 2, stride: 2, channels: 1, shape: 1x256x256x1",
       "1x256x256x1 int8, 1048576 macs, weights 1x2x2x16 int8, bias 1 int32"},
      {{"2x2x4"},
       "transposed_conv2d, kernel: 3, stride: 2, channels: 6, groups: 2, shape: 3x4x6",
       "3x4x6 int8, 432 macs, weights 6x3x3x2 int8, bias 6 int32"},
      {{"5x2"},
       "transposed_conv1d, kernel: 4, stride: 3, padding: valid, channels: 3",
       "16x3 int8, 120 macs, weights 3x1x4x2 int8, bias 3 int32"},
  });
  expect_located_errors({
      {{"3x3x1"},
       "transposed_conv2d, kernel: 3, stride: 2, padding: valid, channels: 1, shape: 9x7x1",
       "does not spread"},
      {{"3x3x1"}, "transposed_conv2d, kernel: 3, stride: 2, channels: 1, shape: 4x6x1", "does not spread"},
      {{"3x3x1"}, "transposed_conv2d, kernel: 3, stride: 2, channels: 1, shape: 6x6x2", "got 72 in 6x6x2"},
      {{"3x3x1"}, "transposed_conv2d, kernel: 3, stride: 2, channels: 1, shape: 6x6", "3 dimensions"},
      {{"3x3x1"}, "transposed_conv2d, kernel: 1, padding: 3, channels: 1", "does not spread"},
      {{"3x3x1"}, "transposed_conv2d, kernel: global, channels: 1", "needs a kernel"},
  });
}

TEST(OperatorArrays, TransposedConvolutionPadsAsItsConvolutionWould) {
  // A convolution of 5 pixels with stride 2, SAME: 3 outputs, one pixel of padding on each side.
  const network::Network n =
      network_from(operator_text({"3x3x1"}, "transposed_conv2d, kernel: 3, stride: 2, channels: 1, shape: 5x5x1"));
  const network::Window& w = n.layers.front().window;
  EXPECT_EQ(numbers({w.pad_top, w.pad_bottom, w.pad_left, w.pad_right}), "1,1,1,1");
}

TEST(OperatorArrays, MatrixProducts) {
  expect_all({
      {{"4x7"}, "fully_connected, channels: 3", "3 int8, 84 macs, weights 3x28 int8, bias 3 int32"},
      {{"4x7"}, "fully_connected, channels: 3, keep_dims: true", "4x3 int8, 84 macs, weights 3x7 int8, bias 3 int32"},
      {{"1x28"}, "fully_connected, channels: 3, shape: 1x3", "1x3 int8, 84 macs, weights 3x28 int8, bias 3 int32"},
      {{"3x5", "5x2"}, "batch_matmul", "3x2 int8, 30 macs"},
      {{"3x5"}, "batch_matmul, constants: [{shape: 5x2}]", "3x2 int8, 30 macs, operand 5x2 int8"},
      {{"5x3", "2x5"}, "batch_matmul, transpose_a: true, transpose_b: true", "3x2 int8, 30 macs"},
      // ONNX MatMul: leading dimensions stretch.
      {{"2x1x3x5", "4x5x2"}, "batch_matmul", "2x4x3x2 int8, 240 macs"},
      // MobileViT-XXS, second block: queries x keys, scores x values (reference tables of this project's networks).
      {{"4x256x64", "4x256x64"}, "batch_matmul, heads: 4, transpose_b: true", "16x256x256 int8, 16777216 macs"},
      {{"16x256x256", "4x256x64"}, "batch_matmul, heads: 4", "4x256x64 int8, 16777216 macs"},
      {{"6x8", "6x8"}, "batch_matmul, heads: 2, transpose_b: true", "2x6x6 int8, 288 macs"},
      {{"2x6x6", "6x8"}, "batch_matmul, heads: 2", "6x8 int8, 288 macs"},
  });
  expect_located_errors({
      {{"3x5", "4x2"}, "batch_matmul", "got 3x5 and 4x2"},
      {{"2x3x5", "3x5x2"}, "batch_matmul", "got 2x3x5 and 3x5x2"},
      {{"5", "5x2"}, "batch_matmul", "two matrices"},
      {{"3x5"}, "batch_matmul", "batch_matmul takes 2 inputs"},
      {{"6x9", "6x9"}, "batch_matmul, heads: 2, transpose_b: true", "divisor of the 9 columns of the first"},
      {{"4x7"}, "fully_connected", "needs channels"},
  });
}

TEST(OperatorArrays, RecurrentLayers) {
  expect_all({
      // Hello Edge (arXiv 1711.07128), LSTM S: 144 cells projected to 98, with peepholes.
      {{"25x10"},
       "lstm, units: 144, projection: 98, peephole: true",
       "25x98 int8, 1908000 macs, 54000 ops, weights 576x10 int8, recurrent 576x98 int8, projection 98x144 int8, "
       "peephole 432 int32, bias 576 int32"},
      {{"20x192"},
       "gru, units: 60",
       "20x60 int8, 907200 macs, 9600 ops, weights 180x192 int8, recurrent 180x60 int8, bias 180 int32"},
      // The last step alone; TFLite Micro's mnist_lstm has 28 steps of 28 features.
      {{"1x28x28"},
       "lstm, units: 20, last_only: true",
       "1x20 int8, 107520 macs, 5040 ops, weights 80x28 int8, recurrent 80x20 int8, bias 80 int32"},
      // ONNX: steps first, two directions, a bias for each part, state in and out.
      {{"7x2x3 fp32", "2x2x5 fp32", "2x2x5 fp32"},
       "lstm, units: 5, axes: [0], bidirectional: true, recurrent_bias: true, weight_type: fp32, bias_type: fp32, "
       "outputs: [{name: all, shape: 7x2x2x5}, {name: h, shape: 2x2x5}, {name: d, shape: 2x2x5}]",
       "7x2x2x5 fp32 + 2x2x5 fp32 + 2x2x5 fp32, 4480 macs, 1260 ops, weights 2x20x3 fp32, recurrent 2x20x5 fp32, "
       "bias 2x40 fp32"},
      {{"4x3"}, "rnn, units: 2, bias: false", "4x2 int8, 40 macs, 16 ops, weights 2x3 int8, recurrent 2x2 int8"},
      // TFLite Micro keyword_scrambled, first SVDF.
      {{"1x96"},
       "svdf, units: 64, memory: 8, activation: relu",
       "1x64 int8, 6656 macs, weights 64x96 int8, recurrent 64x8 int8, bias 64 int32"},
      {{"1x10"},
       "svdf, units: 6, memory: 4, rank: 2, constants: [{role: recurrent, shape: 6x4, type: int16}]",
       "1x3 int8, 84 macs, weights 6x10 int8, recurrent 6x4 int16, bias 3 int32"},
  });
  expect_located_errors({
      {{"25x10"}, "lstm", "needs units"},
      {{"10"}, "lstm, units: 4", "[..., steps, features]"},
      {{"25x10"}, "gru, units: 4, axes: [1]", "holds features"},
      {{"25x10", "7"}, "gru, units: 4", "an initial state of 4 elements"},
      {{"25x10"}, "gru, units: 4, outputs: [{name: y}, {name: h}, {name: d}]", "at most 2 outputs"},
      {{"25x10"},
       "lstm, units: 4, constants: [{role: peephole, shape: 12}]",
       "expected 0 constants of the role peephole"},
      {{"1x10"}, "svdf, units: 5, rank: 2", "divisor of the 5 units"},
      {{"25x10"}, "lstm, units: 2147483647", "fewer units"},
  });
}

TEST(OperatorArrays, TimeMajorStepsAreSteps) {
  const network::Network n = network_from(operator_text({"7x2x3"}, "gru, units: 5, axes: [0], last_only: true"));
  EXPECT_EQ(outputs_of(n), "2x5 int8");
  EXPECT_EQ(n.layers.front().in.width, 7);
  EXPECT_EQ(n.layers.front().in.images, 2);
}

}  // namespace
}  // namespace subvolt::test
