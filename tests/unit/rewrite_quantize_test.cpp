// Is a network that is taken as if it were quantised the quantised network?
#include <gtest/gtest.h>

#include "tests/unit/rewritten.h"

namespace subvolt::test {
namespace {

using network::ElementType;
using network::Role;
using rewrite::Quantize;

Lines int8_lines(const network::Network& network) { return lines_of(quantised(network).network); }

TEST(RewriteQuantize, RealNumbersBecomeInt8AndBiasesInt32) {
  for (const std::string type : {"fp32", "fp16", "bf16"}) {
    const auto n =
        network_of("{shape: 1x8x8x3, type: " + type + "}",
                   {"name: conv, op: conv2d, kernel: 3, channels: 8, weight_type: " + type + ", bias_type: " + type,
                    "name: relu, op: activation, activation: relu", "name: pool, op: average_pool, kernel: 2",
                    "name: fc, op: fully_connected, channels: 10, weight_type: " + type + ", bias_type: " + type,
                    "name: softmax, op: softmax"});
    const auto r = quantised(n);
    EXPECT_EQ(r.quantized, Quantize::kInt8);
    for (const network::Tensor& tensor : r.network.tensors) EXPECT_EQ(tensor.type, ElementType::kInt8) << tensor.name;
    for (const network::Layer& layer : r.network.layers) {
      for (const network::Constant& c : layer.constants) {
        EXPECT_EQ(c.type, c.role == Role::kBias ? ElementType::kInt32 : ElementType::kInt8) << layer.name;
      }
    }
    EXPECT_EQ(r.network.macs(), n.macs());
    EXPECT_EQ(r.network.parameters(), n.parameters());
    EXPECT_EQ(r.network.parameter_bytes().value(), 3 * 3 * 3 * 8 + 4 * 8 + 128 * 10 + 4 * 10);
  }
}

TEST(RewriteQuantize, AsItsTwinThatIsQuantised) {
  const auto with_types = [](const std::string& input, const std::string& weights, const std::string& biases) {
    const std::string types = ", weight_type: " + weights + ", bias_type: " + biases;
    return network_of("{shape: 1x8x8x3, type: " + input + "}",
                      {"name: a, op: conv2d, kernel: 3, channels: 8, activation: relu" + types,
                       "name: b, op: depthwise_conv2d, kernel: 3" + types, "name: sum, op: add, inputs: [a, b]",
                       "name: mean, op: mean, axes: [1, 2]", "name: fc, op: fully_connected, channels: 10" + types});
  };
  const network::Network twin = rewrite::rewrite(with_types("int8", "int8", "int32")).network;
  const std::vector<Lines> cases = {{"fp32", "fp32", "fp32"}, {"fp32", "int8", "fp32"}, {"int16", "int8", "int64"}};
  for (const Lines& types : cases) {
    const network::Network n = quantised(with_types(types[0], types[1], types[2])).network;
    EXPECT_EQ(lines_of(n), lines_of(twin));
    EXPECT_EQ(n.parameter_bytes(), twin.parameter_bytes()) << types[0];
    EXPECT_EQ(n.peak_activation_bytes(), twin.peak_activation_bytes());
  }
}

TEST(RewriteQuantize, WhatIsQuantisedStays) {
  const auto n = network_of("{shape: 1x8x8x3, type: uint8}", {"name: conv, op: conv2d, kernel: 3, channels: 8"});
  const auto r = quantised(n);
  EXPECT_EQ(r.quantized, Quantize::kNone);
  EXPECT_EQ(lines_of(r.network), lines_of(rewrite::rewrite(n).network));
}

TEST(RewriteQuantize, QuantisedOnceIsEnough) {
  const auto n = network_of_floats("1x8x8x3", {kFloatConv, "name: own, op: custom, shape: 1x8x8x8",
                                               "name: last, op: conv2d, kernel: 1, channels: 4, weight_type: fp32"});
  const auto once = quantised(n);
  const auto twice = quantised(once.network);
  EXPECT_EQ(twice.quantized, Quantize::kNone);
  EXPECT_EQ(lines_of(twice.network), lines_of(once.network));
}

TEST(RewriteQuantize, OnlyWhenAskedFor) {
  const auto n = network_of_floats("1x8x8x3", {kFloatConv});
  EXPECT_EQ(rewrite::rewrite(n).quantized, Quantize::kNone);
  EXPECT_EQ(lines_of(rewrite::rewrite(n).network), (Lines{"conv: conv2d(input) 1x8x8x8"}));
}

TEST(RewriteQuantize, ConversionsBetweenItsTypesVanish) {
  const Lines layers = {"name: q, op: quantize",
                        "name: dq, op: dequantize",
                        "name: half, op: cast, type: fp16",
                        "name: single, op: cast, type: fp32",
                        "name: act, op: exp",
                        "name: q2, op: quantize"};
  EXPECT_EQ(int8_lines(network_of_floats("1x8", layers)), Lines{"q2: exp(input) 1x8 int8"});
}

TEST(RewriteQuantize, BytesOfAnotherSignGoAlong) {
  const auto n = network_of("{shape: 1x8, type: uint8}", {"name: dq, op: dequantize", "name: y, op: exp"});
  EXPECT_EQ(int8_lines(n), Lines{"y: exp(input) 1x8 int8"});
}

TEST(RewriteQuantize, OperatorsWithoutAnIntegerFormStayReal) {
  const auto n = network_of_floats("1x8x8x3", {kFloatConv, "name: own, op: custom, shape: 1x8x8x8",
                                               "name: last, op: conv2d, kernel: 1, channels: 4, weight_type: fp32"});
  EXPECT_EQ(int8_lines(n), (Lines{"conv: conv2d(input) 1x8x8x8 int8", "conv/dequantized: dequantize(conv) 1x8x8x8",
                                  "own: custom(conv/dequantized) 1x8x8x8", "own/quantized: quantize(own) 1x8x8x8 int8",
                                  "last: conv2d(own/quantized) 1x8x8x4 int8"}));
}

TEST(RewriteQuantize, PlacesAndConditionsStay) {
  const auto n = network_from(
      "schema: network/1\nnetwork:\n  name: n\n  inputs:\n    - {name: places, shape: 1x4, type: int64}\n    - {name: "
      "mask, shape: 1x4x8, type: bool}\n  layers:\n    - {name: table, op: gather, input: places, constants: [{role: "
      "weights, shape: 100x8, type: fp32}], type: fp32}\n    - {name: picked, op: where, inputs: [mask, table, "
      "table]}\n"
      "    - {name: real, op: cast, input: places, type: fp32}\n    - {name: best, op: arg_max, input: picked}\n");
  const network::Network q = quantised(n).network;
  EXPECT_EQ(lines_of(q), (Lines{"table: gather(places) 1x4x8 int8", "picked: where(mask table table) 1x4x8 int8",
                                "real: cast(places) 1x4 int8", "best: arg_max(picked) 1x4 int32"}));
  EXPECT_EQ(q.layers[0].constants.at(0).type, ElementType::kInt8);
  EXPECT_EQ(q.tensor(q.inputs[0]).type, ElementType::kInt64);
  EXPECT_EQ(q.tensor(q.inputs[1]).type, ElementType::kBool);
}

TEST(RewriteQuantize, ConstantsBesideTensorsBecomeAsTheyAre) {
  for (const std::string type : {"fp32", "uint8", "int32"}) {
    const auto n = network_of_floats(
        "1x4x8", {"name: token, op: concat, axes: [1], constants: [{role: operand, shape: 1x1x8, type: " + type + "}]",
                  "name: sum, op: add, constants: [{role: operand, shape: 8, type: " + type + "}]"});
    const network::Network q = quantised(n).network;
    for (const network::Layer& layer : q.layers) EXPECT_EQ(layer.constants.at(0).type, ElementType::kInt8) << type;
  }
}

TEST(RewriteQuantize, ASharedConstantThatIsWantedInTwoTypesIsTwo) {
  const auto n = network_of_floats(
      "1x8", {"name: fc, op: fully_connected, channels: 8, weight_type: fp32, bias_type: fp32, constants: [{name: c, "
              "role: bias}]",
              "name: mul, op: mul, constants: [{name: c, role: operand, shape: 8, type: fp32, shared: true}]",
              "name: exp, op: exp"});
  const auto r = rewrite::rewrite(n, only({"quantize_int8"}));
  EXPECT_EQ(r.network.parameter_bytes().value(), 64 + 4 * 8 + 8);
}

TEST(RewriteQuantize, RecurrentLayersAndNormalisations) {
  const auto n = network_of_floats(
      "1x28x10", {"name: norm, op: layer_norm, bias_type: fp32",
                  "name: lstm, op: lstm, units: 20, weight_type: fp32, bias_type: fp32, peephole: true"});
  for (const network::Layer& layer : quantised(n).network.layers) {
    for (const network::Constant& c : layer.constants) {
      const bool matrix = c.role == Role::kWeights || c.role == Role::kRecurrent;
      EXPECT_EQ(c.type, matrix ? ElementType::kInt8 : ElementType::kInt32) << layer.name;
    }
  }
}

}  // namespace
}  // namespace subvolt::test
