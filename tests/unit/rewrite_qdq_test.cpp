// Do dequantize, operator, quantize become the operator on integers?
#include <gtest/gtest.h>

#include "tests/unit/rewritten.h"

namespace subvolt::test {
namespace {

const std::string kA = "quantization: {scale: 0.5, zero_point: 3}";
const std::string kB = "quantization: {scale: 0.25, zero_point: -1}";

network::Network integers(const Lines& layers) { return network_of("{shape: 1x4x4x3, " + kA + "}", layers); }
Lines collapsed(const Lines& layers) { return rewritten_by({"collapse_qdq"}, integers(layers)); }

const std::string kDequantize = "name: dq, op: dequantize, input: input";
const std::string kInt8Conv = "name: conv, op: conv2d, kernel: 3, channels: 8";
const std::string kQuantize = "name: q, op: quantize, " + kB;

TEST(RewriteCollapseQdq, AConvolutionOnIntegers) {
  const auto r = rewrite::rewrite(integers({kDequantize, kInt8Conv, kQuantize}), only({"collapse_qdq"}));
  EXPECT_EQ(lines_of(r.network), (Lines{"q: conv2d(input) 1x4x4x8 int8"}));
  EXPECT_EQ(r.network.output_of(r.network.layers.front()).quantization->zero_point, -1);
  EXPECT_EQ(fates_of(r), (Lines{"dq fused into conv by collapse_qdq", "conv kept by collapse_qdq",
                                "q fused into conv by collapse_qdq"}));
}

TEST(RewriteCollapseQdq, ABiasInFloatingPointBecomesInt32) {
  const auto n = integers({kDequantize, kInt8Conv + ", bias_type: fp32", kQuantize});
  const auto r = rewrite::rewrite(n, only({"collapse_qdq"}));
  EXPECT_EQ(r.network.layers.front().attributes.bias_type, network::ElementType::kInt32);
  EXPECT_EQ(r.network.parameters(), n.parameters());
}

TEST(RewriteCollapseQdq, NotWithWeightsInFloatingPoint) {
  EXPECT_EQ(collapsed({kDequantize, kInt8Conv + ", weight_type: fp32", kQuantize}).size(), 3u);
}

TEST(RewriteCollapseQdq, NotWhenOneSideIsSignedAndTheOtherIsNot) {
  const Lines layers = {kDequantize, "name: other, op: quantize, type: uint8, " + kA, "name: again, op: dequantize",
                        "name: sum, op: add, inputs: [dq, again]", kQuantize};
  EXPECT_EQ(collapsed(layers).size(), layers.size());
}

TEST(RewriteCollapseQdq, NotWhenSomebodyReadsTheRealNumbers) {
  EXPECT_EQ(
      collapsed({kDequantize, kInt8Conv, kQuantize, "name: act, op: activation, activation: relu, input: conv"}).size(),
      4u);
}

TEST(RewriteCollapseQdq, NotWhenAnOperandIsNotDequantised) {
  EXPECT_EQ(
      collapsed({kDequantize, kInt8Conv, "name: half, op: conv2d, kernel: 3, channels: 8, input: dq",
                 "name: act, op: activation, activation: tanh", "name: sum, op: add, inputs: [conv, act]", kQuantize})
          .size(),
      6u);
}

TEST(RewriteCollapseQdq, AResidualAddition) {
  EXPECT_EQ(collapsed({kDequantize, "name: conv, op: conv2d, kernel: 3, channels: 3", kQuantize,
                       "name: dq2, op: dequantize, input: q", "name: sum, op: add, inputs: [dq2, dq]",
                       "name: q2, op: quantize, " + kA}),
            (Lines{"q: conv2d(input) 1x4x4x3 int8", "q2: add(q input) 1x4x4x3 int8"}));
}

TEST(RewriteCollapseQdq, EqualQuantisationsOfOneTensorAreOne) {
  EXPECT_EQ(collapsed({kDequantize, kInt8Conv, kQuantize, "name: q2, op: quantize, input: conv, " + kB,
                       "name: end, op: add, inputs: [q, q2]"}),
            (Lines{"q: conv2d(input) 1x4x4x8 int8", "end: add(q q) 1x4x4x8 int8"}));
}

TEST(RewriteCollapseQdq, ScalingAndMovingChangePlaces) {
  EXPECT_EQ(collapsed({kDequantize, "name: flat, op: reshape, shape: 1x48",
                       "name: fc, op: fully_connected, channels: 5", kQuantize}),
            (Lines{"flat/quantized: reshape(input) 1x48 int8", "q: fully_connected(flat/quantized) 5 int8"}));
  EXPECT_EQ(collapsed({kDequantize, kInt8Conv, "name: flat, op: reshape, shape: 1x128", kQuantize}),
            (Lines{"conv/quantized: conv2d(input) 1x4x4x8 int8", "q: reshape(conv/quantized) 1x128 int8"}));
}

TEST(RewriteCollapseQdq, RequantisationIsOneLayerOrNone) {
  const std::string conv = "name: conv, op: conv2d, kernel: 3, channels: 8, " + kA;
  const std::string dequantize = "name: dq, op: dequantize";
  EXPECT_EQ(collapsed({conv, dequantize, kQuantize}),
            (Lines{"conv: conv2d(input) 1x4x4x8 int8", "q: quantize(conv) 1x4x4x8 int8"}));
  EXPECT_EQ(collapsed({conv, dequantize, "name: q, op: quantize, " + kA}), (Lines{"q: conv2d(input) 1x4x4x8 int8"}));
}

Lines moved(const Lines& behind) {
  Lines layers = {"name: fc, op: fully_connected, channels: 5, " + kB, "name: dq, op: dequantize"};
  layers.insert(layers.end(), behind.begin(), behind.end());
  return rewritten_by({"move_dequantize"}, integers(layers));
}

TEST(RewriteMoveDequantize, BehindTheLastLayers) {
  EXPECT_EQ(moved({"name: soft, op: softmax", "name: end, op: reshape, shape: 1x5"}),
            (Lines{"fc: fully_connected(input) 5 int8", "soft/quantized: softmax(fc) 5 int8",
                   "end/quantized: reshape(soft/quantized) 1x5 int8", "end: dequantize(end/quantized) 1x5"}));
}

TEST(RewriteMoveDequantize, GivesSoftmaxTheStepsOfTflite) {
  const auto n = integers(
      {"name: fc, op: fully_connected, channels: 5, " + kB, "name: dq, op: dequantize", "name: soft, op: softmax"});
  const auto r = rewrite::rewrite(n, only({"move_dequantize"}));
  const auto& q = r.network.output_of(r.network.layers[1]).quantization;
  ASSERT_TRUE(q);
  EXPECT_EQ(q->scale, 1.0 / 256);
  EXPECT_EQ(q->zero_point, -128);
}

TEST(RewriteMoveDequantize, NotInFrontOfOtherLayers) {
  EXPECT_EQ(moved({"name: soft, op: softmax", "name: end, op: fully_connected, channels: 2"})[1],
            "dq: dequantize(fc) 5");
  EXPECT_EQ(moved({"name: soft, op: softmax", "name: end, op: add, inputs: [soft, dq]"})[1], "dq: dequantize(fc) 5");
}

TEST(RewriteStripIoQuantization, OnlyWhenAskedFor) {
  const auto n = network_of_floats(
      "1x4x4x3", {"name: q0, op: quantize, " + kA, "name: conv, op: conv2d, kernel: 3, channels: 8, " + kB,
                  "name: dq, op: dequantize"});
  EXPECT_EQ(lines_of(rewrite::rewrite(n).network).size(), 3u);
  const auto r = rewrite::rewrite(n, only({"strip_io_quantization"}));
  EXPECT_EQ(lines_of(r.network), (Lines{"dq: conv2d(input) 1x4x4x8 int8"}));
  const network::Tensor& in = r.network.tensor(r.network.inputs.front());
  EXPECT_EQ(in.type, network::ElementType::kInt8);
  EXPECT_EQ(in.quantization->zero_point, 3);
  EXPECT_EQ(r.network.tensor(r.network.outputs.front()).quantization->zero_point, -1);
}

const std::string kOperand = "constants: [{role: operand, shape: 1x1x4x3, type: TYPE}]";
std::string with_constant(const std::string& op, const std::string& type) {
  std::string text = "name: op, op: " + op + ", " + kOperand;
  return text.replace(text.find("TYPE"), 4, type);
}

TEST(RewriteCollapseQdq, AConstantIsEncodedAsItsNeighbours) {
  for (const std::string type : {"int8", "uint8", "uint16", "int16"}) {
    for (const std::string op : {"concat, axes: [1]", "add", "mul", "minimum"}) {
      const auto n = network_of("{shape: 1x4x4x3, type: " + type + ", " + kA + "}",
                                {kDequantize, with_constant(op, "int8"), "name: q, op: quantize, type: " + type});
      const network::Network r = rewrite::rewrite(n, only({"collapse_qdq"})).network;
      ASSERT_EQ(r.layers.size(), 1u) << type << " " << op;
      EXPECT_EQ(to_text(r.layers[0].constants.at(0).type), type) << op;
    }
  }
}

TEST(RewriteCollapseQdq, ATableOfWhichPlacesPick) {
  const auto n =
      network_of("{shape: 1x4, type: int64}",
                 {"name: table, op: gather, type: fp32, constants: [{role: weights, shape: 100x8, type: int8}]",
                  "name: q, op: quantize, " + kB});
  EXPECT_EQ(rewritten_by({"collapse_qdq"}, n), Lines{"q: gather(input) 1x4x8 int8"});
}

TEST(RewriteCollapseQdq, AConditionStays) {
  const auto n = network_from(
      "schema: network/1\nnetwork:\n  name: n\n  inputs:\n    - {name: a, shape: 1x8}\n    - {name: mask, shape: 1x8, "
      "type: bool}\n  layers:\n    - {name: dq, op: dequantize, input: a}\n    - {name: y, op: where, inputs: [mask, "
      "dq], "
      "constants: [{role: operand, shape: scalar, type: int8}]}\n    - {name: q, op: quantize}\n");
  EXPECT_EQ(rewritten_by({"collapse_qdq"}, n), Lines{"q: where(mask a) 1x8 int8"});
}

TEST(RewriteStripIoQuantization, NotWhenTheInputHasAnotherReader) {
  const auto n =
      network_of_floats("1x4x4x3", {"name: q0, op: quantize, " + kA, "name: conv, op: conv2d, kernel: 3, channels: 8",
                                    "name: act, op: activation, activation: tanh, input: input"});
  EXPECT_EQ(rewritten_by({"strip_io_quantization"}, n).size(), 3u);
}

}  // namespace
}  // namespace subvolt::test
