// Operators that move elements, views, state variables and the rest: shapes worked out by hand from the ONNX operator
// descriptions and TFLite's kernels.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/operator_layer.h"

namespace subvolt::test {
namespace {

network::Layer layer_of(const std::vector<std::string>& inputs, const std::string& layer) {
  return network_from(operator_text(inputs, layer)).layers.front();
}

TEST(OperatorMoves, Joining) {
  expect_all({
      {{"26x26x128", "26x26x256"}, "concat, axes: [-1]", "26x26x384 int8"},
      {{"2x3", "4x3", "1x3"}, "concat, axes: [0]", "7x3 int8"},
      {{"2 int64"}, "concat, axes: [0], constants: [{shape: 2, type: int64}]", "4 int64, operand 2 int64"},
      {{"1 int32", "1 int32"}, "pack, axes: [-1], constants: [{shape: 1, type: int32}]", "1x3 int32, operand 1 int32"},
      {{"4x5", "4x5"}, "pack, axes: [0]", "2x4x5 int8"},
      {{"scalar", "scalar"}, "pack, axes: [0]", "2 int8"},
      {{"17x2"}, "unpack, axes: [1], outputs: [{name: p}, {name: q}]", "17 int8 + 17 int8"},
      {{"1x11x1x64"}, "split, axes: [-1], outputs: [{name: p}, {name: q}]", "1x11x1x32 int8 + 1x11x1x32 int8"},
      {{"7x4"},
       "split, axes: [0], sizes: [2, -1, 1], outputs: [{name: p}, {name: q}, {name: r}]",
       "2x4 int8 + 4x4 int8 + 1x4 int8"},
      {{"7x4"}, "split, axes: [0]", "7x4 int8"},
  });
  expect_errors({
      {{"2x3", "2x4"}, "concat, axes: [0]", "differ in dimension 0 only, got 2x3 and 2x4"},
      {{"2x3", "3"}, "concat, axes: [0]", "differ in dimension 0 only"},
      {{"2", "2 int16"}, "concat, axes: [0]", "operands of one type"},
      {{"2", "2"}, "concat", "concat works along one dimension"},
      {{"2", "2"}, "concat, axes: [1]", "from -1 to 0, got 1"},
      {{"2", "3"}, "pack, axes: [0]", "operands of one shape"},
      {{"2", "2"}, "pack, axes: [2]", "from -2 to 1, got 2"},
      {{"17x2"}, "unpack, axes: [0], outputs: [{name: p}, {name: q}]", "expected 17 outputs"},
      {{"7x4"}, "split, axes: [0], outputs: [{name: p}, {name: q}]", "divides 7, got 2"},
      {{"7x4"}, "split, axes: [0], sizes: [3, 3], outputs: [{name: p}, {name: q}]", "add up to 7, got [3, 3]"},
      {{"7x4"}, "split, axes: [0], sizes: [-1, -1], outputs: [{name: p}, {name: q}]", "add up to 7, got [-1, -1]"},
      {{"7x4"}, "split, axes: [0], sizes: [8, -1], outputs: [{name: p}, {name: q}]", "add up to 7, got [8, -1]"},
      {{"7x4"}, "split, axes: [0], sizes: [3, 4]", "expected 1 sizes"},
  });
}

// The examples of ONNX Slice, and its clamps.
TEST(OperatorMoves, Slices) {
  expect_all({
      {{"20x10x5"}, "slice, axes: [0, 1], begin: [0, 0], end: [3, 10]", "3x10x5 int8"},
      {{"20x10x5"}, "slice, axes: [1], begin: [1], end: [1000]", "20x9x5 int8"},
      {{"20x10x5"}, "slice, axes: [1], begin: [0], end: [-1]", "20x9x5 int8"},
      {{"20x10x5"}, "slice, begin: [0, 0, 3], end: [20, 10, 4]", "20x10x1 int8"},
      {{"20x10x5"}, "slice, begin: [20, 10, 4], end: [0, 0, 1], step: [-1, -3, -2]", "19x3x2 int8"},
      {{"20x10x5"}, "slice, axes: [-1], begin: [0], end: [1], shape: 20x10", "20x10 int8"},
      {{"10"}, "slice, begin: [1], end: [9], step: [3]", "3 int8"},
      {{"10"}, "slice, begin: [-1], end: [-9223372036854775807], step: [-1]", "10 int8"},
      {{"10"}, "slice, begin: [0], end: [9223372036854775807], step: [9223372036854775807]", "1 int8"},
      {{"10"}, "slice, begin: [9], end: [0], step: [-9223372036854775807]", "1 int8"},
  });
  expect_errors({
      {{"10"}, "slice, begin: [4], end: [4]", "at least one element of the 10"},
      {{"10"}, "slice, begin: [10], end: [20]", "at least one element of the 10"},
      {{"10"}, "slice, begin: [2], end: [5], step: [-1]", "at least one element of the 10"},
      {{"10"}, "slice, begin: [2], end: [5], step: [0]", "steps other than 0"},
      {{"10"}, "slice, begin: [2], end: [5, 6]", "as many of begin, end and step as of axes"},
      {{"10"}, "slice", "as many of begin, end and step as of axes"},
      {{"10"}, "slice, axes: [0, 0], begin: [2, 2], end: [5, 5]", "each dimension once"},
      {{"10"}, "slice, begin: [2, 2], end: [5, 5]", "as many of begin"},
      {{"10x2"}, "slice, axes: [0], begin: [0], end: [1], shape: 3", "expected the 2 elements"},
  });
}

TEST(OperatorMoves, SlicesAreResolved) {
  const network::Attributes a =
      layer_of({"20x10x5"}, "slice, axes: [-3, 2], begin: [-4, 8], end: [99, -7], step: [1, -2]").attributes;
  EXPECT_EQ(numbers(a.axes), "0,2");
  EXPECT_EQ(numbers(a.begin), "16,4");
  EXPECT_EQ(numbers(a.end), "20,-6");  // in front of the first of 5
  EXPECT_EQ(numbers(layer_of({"6x6"}, "slice, begin: [1], end: [3]").attributes.step), "1");
  EXPECT_EQ(numbers(layer_of({"6x7x8"}, "transpose, order: [-1, 0, 1]").attributes.order), "2,0,1");
  EXPECT_EQ(numbers(layer_of({"6x7x8"}, "mean, axes: [-1, 0]").attributes.axes), "0,2");
  EXPECT_EQ(numbers(layer_of({"6x7x8"}, "softmax").attributes.axes), "2");
  EXPECT_EQ(
      numbers(layer_of({"6x4"}, "split, axes: [0], sizes: [-1, 2], outputs: [{name: p}, {name: q}]").attributes.sizes),
      "4,2");
}

TEST(OperatorMoves, PadsAndOrders) {
  expect_all({
      {{"1x80x80x3"}, "pad, before: [0, 1, 1, 0], after: [0, 1, 1, 0]", "1x82x82x3 int8"},
      {{"4"}, "pad, after: [3], constants: [{shape: scalar}]", "7 int8, operand scalar int8"},
      {{"1x3x3x160"}, "transpose, order: [0, 3, 1, 2]", "1x160x3x3 int8"},
      {{"2x3x4"}, "transpose", "4x3x2 int8"},
      {{"scalar"}, "transpose", "scalar int8"},
      {{"56x56x60"}, "channel_shuffle, groups: 3", "56x56x60 int8"},
      {{"1x6x5x5"}, "channel_shuffle, groups: 2", "1x6x5x5 int8", "channels_first"},
      {{"4x5"}, "reverse, axes: [0, -1]", "4x5 int8"},
      {{"2x2x12"}, "depth_to_space, block: 2", "4x4x3 int8"},
      {{"1x12x2x3"}, "depth_to_space, block: 2", "1x3x4x6 int8", "channels_first"},
      {{"4x6x3"}, "space_to_depth, block: 2", "2x3x12 int8"},
      {{"1x8x8x3"}, "space_to_batch, shape: 4x4x4x3", "4x4x4x3 int8"},
      {{"1x7x7x3"}, "space_to_batch, shape: 4x5x5x3", "4x5x5x3 int8"},
      {{"4x5x5x3"}, "batch_to_space, shape: 1x7x7x3", "1x7x7x3 int8"},
  });
  expect_errors({
      {{"4x4"}, "pad, before: [1], after: [1]", "each of the 2 dimensions"},
      {{"4"}, "pad, before: [-1], after: [1]", "sizes from 0"},
      {{"4"}, "pad, before: [2147483647], after: [2147483647]", "shape 4294967298"},
      {{"2x3"}, "transpose, order: [0, 0]", "each of the 2 dimensions of 2x3 once, got [0, 0]"},
      {{"2x3"}, "transpose, order: [0]", "once, got [0]"},
      {{"2x3"}, "transpose, order: [0, 2]", "once, got [0, 2]"},
      {{"5x5x7"}, "channel_shuffle, groups: 2", "divisor of the 7 channels"},
      {{"1x5x6x3"}, "channel_shuffle, groups: 2", "divisor of the 5 channels", "channels_first"},
      {{"4"}, "reverse", "needs the dimensions"},
      {{"2x2x10"}, "depth_to_space, block: 2", "square divides the 10 channels"},
      {{"3x4x3"}, "space_to_depth, block: 2", "divisor of the height and width"},
      {{"4x4"}, "space_to_depth, block: 2", "an image with height, width and channels"},
      {{"1x8x8x3"}, "space_to_batch", "needs the shape of its output"},
      {{"1x8x8x3"}, "space_to_batch, shape: 4x4x4x2", "as many dimensions and channels"},
      {{"4x4x4x3"}, "batch_to_space, shape: 3x4x4x3", "fewer images"},
  });
}

TEST(OperatorMoves, PickingAndPlacing) {
  expect_all({
      {{"5x4x3", "2x2 int32"}, "gather, axes: [1]", "5x2x2x3 int8"},
      {{"5x4", "scalar int64"}, "gather, axes: [0]", "4 int8"},
      {{"5x4"}, "gather, axes: [0], constants: [{shape: 3, type: int32}]", "3x4 int8, operand 3 int32"},
      // An embedding: the table is the constant.
      {{"1x7 int64"},
       "gather, axes: [0], constants: [{shape: 100x16, type: fp32}]",
       "1x7x16 fp32, operand 100x16 fp32"},
      {{"1x7 int32"},
       "gather, axes: [0], constants: [{role: weights, shape: 100x16, type: int32}]",
       "1x7x16 int32, weights 100x16 int32"},
      // Sizes of a tensor, by a constant index.
      {{"4 int64"},
       "gather, axes: [0], constants: [{shape: scalar, type: int64}]",
       "scalar int64, operand scalar int64"},
      // TFLite GATHER with one batch dimension.
      {{"2x5x3", "2x4 int32"}, "gather, axes: [1], shape: 2x4x3", "2x4x3 int8"},
      {{"1x48x48x34", "1x3 int32"}, "gather_nd, shape: 1x34", "1x34 int8"},
      {{"3x1 int32", "3x4"}, "scatter_nd, shape: 8x4", "8x4 int8"},
      {{"8x4 fp32", "3x1 int64", "3x4 fp32"}, "scatter_nd", "8x4 fp32"},
      {{"3x10"}, "top_k, sizes: [4], outputs: [{name: v}, {name: i, type: int64}]", "3x4 int8 + 3x4 int64, 30 ops"},
      {{"3 int32"}, "one_hot, shape: 3x10, type: fp32", "3x10 fp32"},
      {{"2x1x4"}, "broadcast_to, shape: 5x2x3x4", "5x2x3x4 int8"},
      {{"2x3"}, "tile, shape: 4x9", "4x9 int8"},
      {{}, "fill, inputs: [], shape: 4x9, type: fp32", "4x9 fp32"},
      {{}, "range, inputs: [], shape: 7, type: int64", "7 int64"},
  });
  expect_errors({
      {{"5x4x3", "2x2 int32"}, "gather, axes: [3]", "from -3 to 2"},
      {{"5x4x3", "2 int32"}, "gather, axes: [1], shape: 5x3x3", "expected the 30 elements"},
      {{"5x4"}, "gather", "gather takes 2 inputs"},
      {{"5x4", "2 int32"}, "gather_nd", "needs the shape of its output"},
      {{"3x10"}, "top_k, sizes: [11], outputs: [{name: v}, {name: i}]", "one size from 1 to 10"},
      {{"3x10"}, "top_k, sizes: [1]", "two outputs"},
      {{"3 int32"}, "one_hot, shape: 10", "and one more"},
      {{"2x1x4"}, "broadcast_to, shape: 2x3x5", "2x1x4 stretches to"},
      {{"2x3"}, "broadcast_to, shape: 1x3", "2x3 stretches to"},
      {{"2x3"}, "tile, shape: 5x3", "multiples of the sizes"},
      {{"2x3"}, "tile, shape: 6", "multiples of the sizes"},
      {{}, "fill, inputs: []", "needs the shape"},
  });
}

TEST(OperatorMoves, ViewsAndStates) {
  expect_all({
      {{"4x5"}, "reshape", "20 int8"},
      {{"4x5"}, "reshape, shape: 2x10", "2x10 int8"},
      {{"1x1"}, "reshape, shape: scalar", "scalar int8"},
      {{}, "reshape, inputs: [], shape: 2x10, constants: [{shape: 4x5, type: fp16}]", "2x10 fp16, operand 4x5 fp16"},
      {{"4x5"}, "identity", "4x5 int8"},
      {{}, "variable, inputs: [], state: s", "scalar resource"},
      {{}, "read_variable, inputs: [], state: s, shape: 1x4x1x32, type: int8", "1x4x1x32 int8"},
      {{"1x4"}, "assign_variable, state: s", ""},
      {{"scalar resource", "1x4"}, "assign_variable, state: s", ""},
      {{"scalar resource"}, "assign_variable, state: s, constants: [{shape: 80}]", ", operand 80 int8"},
  });
  expect_errors({
      {{"4x5"}, "reshape, shape: 3x7", "expected the 20 elements"},
      {{}, "read_variable, inputs: [], shape: 4, type: int8", "needs state"},
      {{}, "read_variable, inputs: [], state: s, shape: 4", "needs the type"},
      {{}, "read_variable, inputs: [], state: s, type: int8", "needs the shape"},
      {{"4"}, "read_variable, state: s, shape: 4, type: int8", "the handle of a variable"},
      {{"scalar resource"}, "assign_variable, state: s", "one value to assign, got 0"},
      {{"4", "4"}, "assign_variable, state: s", "one value to assign, got 2"},
  });
}

// The audio front end of TensorFlow Lite Micro: 480 samples, 512 points, 257 bins, 40 bands.
TEST(OperatorMoves, SignalsAndTheRest) {
  expect_all({
      {{"1x480 int16"},
       "signal_window, constants: [{shape: 480, type: int16}]",
       "1x480 int16, 480 ops, operand 480 int16"},
      {{"480 int16"}, "fft_auto_scale, outputs: [{name: p}, {name: q}]", "480 int16 + scalar int32, 960 ops"},
      {{"480 int16"}, "rfft, shape: 514", "514 int16, 11520 ops"},
      {{"514 int16"}, "signal_energy", "257 uint32, 771 ops"},
      {{"257 uint32"},
       "filter_bank, shape: 40, constants: [{shape: 755, type: int16}]",
       "40 uint64, 1028 ops, operand 755 int16"},
      {{"40 uint64", "scalar int32"}, "filter_bank_square_root", "40 uint32, 40 ops"},
      {{"40 uint32"},
       "filter_bank_spectral_subtraction, outputs: [{name: p}, {name: q}]",
       "40 uint32 + 40 uint32, 80 ops"},
      {{"40 uint32", "40 uint32"},
       "pcan, constants: [{shape: 125, type: int16}]",
       "40 uint32, 40 ops, operand 125 int16"},
      {{"40 uint32"}, "filter_bank_log", "40 int16, 40 ops"},
      {{"13x13x425"}, "yolo_head", "13x13x425 int8, 71825 ops"},
      {{"4x5x6"}, "shape_of", "3 int64, 3 ops"},
      {{"1x10x4 fp32", "1x10 fp32"}, "non_max_suppression, shape: 5x3, type: int32", "5x3 int32, 50 ops"},
      {{"4", "5 fp32"},
       "custom, outputs: [{name: p, shape: 7}, {name: q, shape: 2x2, type: fp16}]",
       "7 int8 + 2x2 fp16"},
      {{}, "custom, inputs: [], shape: 7, type: int32", "7 int32"},
      {{"4 bool"}, "if_, outputs: [{name: y, shape: 7}]", "7 bool"},
  });
  expect_errors({
      {{"480 int16"}, "fft_auto_scale", "two outputs"},
      {{"480 int16"}, "rfft", "needs the shape"},
      {{"513 int16"}, "signal_energy", "pairs of real and imaginary parts"},
      {{"1x480"}, "signal_window, constants: [{shape: 2x480}]", "stretches to 1x480"},
      {{"4"}, "custom", "custom needs the shape of its output"},
      {{"4"}, "custom, outputs: [{name: p, shape: 7}, {name: q}]", "outputs, 2 has none"},
      {{"4"}, "abs, outputs: [{name: p}, {name: q}]", "has 1 outputs here, got names for 2"},
      {{"scalar"}, "shape_of", "a scalar has no sizes"},
  });
}

}  // namespace
}  // namespace subvolt::test
