// Element-wise operators, conversions, reductions, normalisations and pools: shapes, types and element operations,
// worked out by hand from the ONNX operator descriptions and docs/Broadcasting.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/operator_layer.h"

namespace subvolt::test {
namespace {

TEST(OperatorVectors, Unary) {
  for (const char* op : {"abs", "neg", "sqrt", "rsqrt", "exp", "log", "sin", "cos", "floor", "ceil", "round", "square",
                         "erf", "sign", "reciprocal", "activation, activation: gelu", "clip"}) {
    EXPECT_EQ(made_of({"2x3x4 fp32"}, op), "2x3x4 fp32, 24 ops") << op;
  }
  expect_all({
      {{"4 bool"}, "logical_not", "4 bool, 4 ops"},
      {{"4x3", "1", "1"}, "clip", "4x3 int8, 12 ops"},
      {{"scalar"}, "abs", "scalar int8, 1 ops"},
      {{"2x4x3"}, "prelu, constants: [{role: scale, shape: 3, type: int16}]", "2x4x3 int8, 24 ops, scale 3 int16"},
      {{"1x3x2x2 fp32", "3x1x1 fp32"}, "prelu", "1x3x2x2 fp32, 12 ops", "channels_first"},
  });
  expect_errors({
      {{"4"}, "activation", "an activation layer needs an activation"},
      {{"4x3"}, "clip, constants: [{shape: 3}]", "expected a scalar as a bound"},
      {{"4x3"}, "prelu, constants: [{shape: 4}]", "expected slopes that stretch to 4x3"},
      {{"1x3"}, "prelu, constants: [{shape: 2x3}]", "expected slopes that stretch to 1x3"},
      {{"4x3"}, "abs, constants: [{shape: 3}]", "abs takes 1 input, constants included, got 1 and 1 constants"},
  });
}

// docs/Broadcasting.md of ONNX lists these pairs.
TEST(OperatorVectors, Broadcasting) {
  expect_all({
      {{"2x3x4x5", "scalar"}, "add", "2x3x4x5 int8, 120 ops"},
      {{"2x3x4x5", "5"}, "mul", "2x3x4x5 int8, 120 ops"},
      {{"4x5", "2x3x4x5"}, "sub", "2x3x4x5 int8, 120 ops"},
      {{"1x4x5", "2x3x1x1"}, "div", "2x3x4x5 int8, 120 ops"},
      {{"3x4x5", "2x1x1x1"}, "minimum", "2x3x4x5 int8, 120 ops"},
      {{"4x5"}, "maximum, constants: [{shape: 5, type: int16}]", "4x5 int8, 20 ops, operand 5 int16"},
      {{},
       "pow, inputs: [], constants: [{shape: 4x5, type: fp32}, {shape: scalar, type: int32}]",
       "4x5 fp32, 20 ops, operand 4x5 fp32, operand scalar int32"},
      {{"4x5", "4x5", "4x5"}, "add, activation: relu", "4x5 int8, 40 ops"},
      {{"4x5", "5"}, "less", "4x5 bool, 20 ops"},
      {{"4 bool", "4 bool"}, "logical_xor", "4 bool, 4 ops"},
      {{"4x1 bool", "1x5 fp32"},
       "where, constants: [{shape: scalar, type: fp32}]",
       "4x5 fp32, 20 ops, operand scalar fp32"},
      {{"4 int32"}, "floor_div, constants: [{shape: 1, type: int32}]", "4 int32, 4 ops, operand 1 int32"},
  });
  for (const char* op : {"mod", "squared_difference", "pow"}) EXPECT_EQ(made_of({"6", "6"}, op), "6 int8, 6 ops");
  for (const char* op : {"equal", "not_equal", "greater", "greater_equal", "less_equal"}) {
    EXPECT_EQ(made_of({"6 fp32", "6 fp32"}, op), "6 bool, 6 ops") << op;
  }
  expect_errors({
      {{"4x5", "4"}, "add", "sizes of 1 that stretch, got \"a\" of 4x5 and \"b\" of 4"},
      {{"4x5"}, "mul, constants: [{shape: 3}]", "got \"a\" of 4x5 and a constant of 3"},
      {{"4", "4 int32"}, "add", "tensors of one type, got \"a\" of int8 and \"b\" of int32"},
      {{"4", "4", "4"}, "sub", "sub takes 1 to 2 inputs, got 3"},
      {{"4", "4"}, "where", "where takes 3 inputs"},
      {{"4"}, "add", "add takes 2 inputs or more, such as inputs: [a, b]"},
      {{"2147483647x1", "1x2147483647"}, "mul", "exceed the limit"},
  });
}

TEST(OperatorVectors, Conversions) {
  expect_all({
      {{"4x2 fp32"}, "quantize", "4x2 int8, 8 ops"},
      {{"4x2 int16"}, "quantize, type: uint8", "4x2 uint8, 8 ops"},
      {{"4x2"}, "dequantize", "4x2 fp32, 8 ops"},
      {{"4x2 bool"}, "cast, type: int64", "4x2 int64, 8 ops"},
      {{"4x2 bool"}, "cast, outputs: [{name: y, type: int4}]", "4x2 int4, 8 ops"},
      {{"4x2 bool"}, "cast, outputs: [{name: z, type: int4}]", "4x2 int4, 8 ops"},
      // Half-precision weights of a TFLite file.
      {{},
       "dequantize, inputs: [], constants: [{name: w, shape: 16x3x3x3, type: fp16, zeros: 2}]",
       "16x3x3x3 fp32, 432 ops, operand 16x3x3x3 fp16"},
  });
  expect_errors({{{"4"}, "cast", "cast needs the type"}, {{"4", "4"}, "quantize", "takes one input"}});
}

TEST(OperatorVectors, Reductions) {
  expect_all({
      {{"1x160x3x3"}, "mean, axes: [-1]", "1x160x3 int8, 1440 ops"},
      {{"1x7x7x8"}, "mean, axes: [2, 1], keep_dims: true", "1x1x1x8 int8, 392 ops"},
      {{"3x4"}, "reduce_sum", "scalar int8, 12 ops"},
      {{"3x4"}, "reduce_max, keep_dims: true", "1x1 int8, 12 ops"},
      {{"3x4 fp32"}, "reduce_l2, axes: [0]", "4 fp32, 12 ops"},
      {{"scalar"}, "reduce_min", "scalar int8, 1 ops"},
      {{"3x4"}, "reduce_prod, axes: [0, 1]", "scalar int8, 12 ops"},
      {{"1x2304x17"}, "arg_max, axes: [1]", "1x17 int32, 39168 ops"},
      {{"3x4"}, "arg_min, keep_dims: true, type: int64", "3x1 int64, 12 ops"},
      {{"3x4"}, "cumsum, axes: [0]", "3x4 int8, 12 ops"},
  });
  expect_errors({
      {{"3x4"}, "mean, axes: [2]", "expected a dimension from -2 to 1, got 2"},
      {{"3x4"}, "mean, axes: [1, -1]", "each dimension once"},
      {{"scalar"}, "mean, axes: [0]", "a scalar has no dimensions"},
      {{"3x4"}, "arg_max, axes: [0, 1]", "works along one dimension"},
      {{"3x4"}, "cumsum", "works along one dimension"},
  });
}

TEST(OperatorVectors, Normalisations) {
  expect_all({
      {{"4x10"}, "softmax", "4x10 int8, 40 ops"},
      {{"4x10"}, "log_softmax, axes: [0, 1]", "4x10 int8, 40 ops"},
      {{"1x2x2x96"}, "lrn", "1x2x2x96 int8, 384 ops"},
      {{"4x10"}, "l2_norm, axes: [0]", "4x10 int8, 120 ops"},
      // MobileViT-S: 256 x 144 in 4 patches.
      {{"4x256x144"}, "layer_norm", "4x256x144 int8, 1179648 ops, scale 144 int32, bias 144 int32"},
      {{"4x6x8 fp32"},
       "layer_norm, axes: [1, 2], bias: false, bias_type: fp32",
       "4x6x8 fp32, 1536 ops, scale 6x8 fp32"},
      {{"4x6", "6", "6"}, "layer_norm", "4x6 int8, 192 ops"},
      {{"4x6"}, "rms_norm", "4x6 int8, 96 ops, scale 6 int32"},
      // ONNX BatchNormalization: scale, bias, mean, variance.
      {{"1x64x2x3 fp32"},
       "batch_norm, bias_type: fp32",
       "1x64x2x3 fp32, 384 ops, scale 64 fp32, bias 64 fp32, operand 64 fp32, operand 64 fp32",
       "channels_first"},
      {{"2x3x5"}, "batch_norm", "2x3x5 int8, 30 ops, scale 5 int32, bias 5 int32, operand 5 int32, operand 5 int32"},
      {{"1x4x2x2"}, "instance_norm", "1x4x2x2 int8, 128 ops, scale 4 int32, bias 4 int32", "channels_first"},
      {{"2x2x4"}, "group_norm, groups: 2", "2x2x4 int8, 128 ops, scale 4 int32, bias 4 int32"},
  });
  expect_errors({
      {{"scalar"}, "softmax", "a scalar has no dimensions"},
      {{"2x2x4"}, "group_norm, groups: 3", "divisor of the 4 channels"},
      {{"4x6", "5"}, "layer_norm", "with the elements of 6, got 5"},
      {{"4x6", "6", "6"}, "layer_norm, bias: false", "at most 2 inputs"},
      {{"4x6"},
       "batch_norm, constants: [{shape: 6}, {shape: 6}, {shape: 6}]",
       "expected 2 constants of the role operand with these attributes, got 3"},
      {{"4x6"}, "batch_norm, constants: [{role: scale, shape: 5}]", "should have 6 elements, got 5"},
      {{"scalar"}, "lrn", "works on channels"},
  });
}

TEST(OperatorVectors, PoolsAndImages) {
  expect_all({
      {{"7x7x4"}, "l2_pool, kernel: 2, padding: valid", "3x3x4 int8, 144 ops"},
      {{"10x4"}, "average_pool1d, kernel: 3, stride: 2, padding: valid", "4x4 int8, 48 ops"},
      {{"1x4x10"}, "max_pool1d, kernel: 2, padding: valid", "1x4x5 int8, 40 ops", "channels_first"},
      {{"10x4"}, "average_pool1d, kernel: global", "1x4 int8, 40 ops"},
      // SqueezeNet 1.0 (Caffe rounds up): 109 -> 54.
      {{"109x109x96"}, "max_pool, kernel: 3, stride: 2, padding: valid, ceil: true", "54x54x96 int8, 2519424 ops"},
      {{"1x6x6x64"}, "resize_bilinear, shape: 1x12x12x64", "1x12x12x64 int8, 9216 ops"},
      {{"1x8x3x3"}, "resize_nearest, shape: 1x8x6x9", "1x8x6x9 int8", "channels_first"},
  });
  expect_errors({
      {{"1x6x6x64"}, "resize_bilinear", "needs the shape of its output"},
      {{"1x6x6x64"}, "resize_bilinear, shape: 1x12x12x32", "with another height and width"},
      {{"1x6x6x64"}, "resize_nearest, shape: 2x12x12x64", "with another height and width"},
  });
}

// Mean and variance have one role: the second keeps its name when the first has none.
TEST(OperatorVectors, ConstantsOfOneRoleKeepTheirOrder) {
  const network::Network n =
      network_from(operator_text({"4x6"}, "batch_norm, constants: [{shape: 6}, {name: variance, shape: 6, zeros: 2}]"));
  const network::Network again = network::build_network(network::spec_of(n));
  for (const network::Network* each : {&n, &again}) {
    const auto& constants = each->layers.front().constants;
    ASSERT_EQ(constants.size(), 4u);
    EXPECT_EQ(constants[2].name, "");
    EXPECT_EQ(constants[3].name, "variance");
    EXPECT_EQ(constants[3].zeros, 2);
  }
}

}  // namespace
}  // namespace subvolt::test
