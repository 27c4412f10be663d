// Do operators that only requantise, in integers kept as real numbers, go into the layer before them?
#include <gtest/gtest.h>

#include "tests/unit/onnx_model.h"
#include "tests/unit/rewritten.h"

namespace subvolt::test {
namespace {

using network::ElementType;
using rewrite::Quantize;

Lines int8_lines_of(const Lines& layers) { return lines_of(quantised(network_of_floats("1x8x8x4", layers)).network); }

const std::string kUnbiasedConv = "name: conv, op: conv2d, kernel: 3, channels: 4, weight_type: fp32, bias: false";
std::string by(const std::string& name, const std::string& op, const std::string& shape) {
  return "name: " + name + ", op: " + op + ", constants: [{role: operand, shape: " + shape + ", type: fp32}]";
}

TEST(RewriteRequantization, AsNemoAndDoryWriteIt) {
  const auto n = network_of_floats(
      "1x8x8x4", {kUnbiasedConv, by("factor", "mul", "1x1x4"), by("offset", "add", "1x1x4"),
                  by("shift", "div", "scalar"), "name: floor, op: floor", by("clip", "clip", "scalar"),
                  "name: next, op: conv2d, kernel: 1, channels: 2, weight_type: fp32, bias: false"});
  const auto r = quantised(n);
  EXPECT_EQ(lines_of(r.network), (Lines{"clip: conv2d(input) 1x8x8x4 int8", "next: conv2d(clip) 1x8x8x2 int8"}));
  EXPECT_EQ(r.network.macs(), n.macs());
  EXPECT_TRUE(r.network.layers[0].bias) << "the offset";
  EXPECT_EQ(r.network.parameter_bytes().value(), 3 * 3 * 4 * 4 + 4 * 4 + 4 * 2);
  EXPECT_EQ(fates_of(r)[1], "factor fused into conv by requantization");
}

TEST(RewriteRequantization, BehindPoolsProductsAndSums) {
  EXPECT_EQ(int8_lines_of({"name: pool, op: average_pool, kernel: 2", by("factor", "mul", "scalar"),
                           by("shift", "div", "scalar"), "name: floor, op: floor"}),
            Lines{"floor: average_pool(input) 1x4x4x4 int8"});
  EXPECT_EQ(int8_lines_of({kUnbiasedConv, "name: sum, op: add, inputs: [conv, input]", by("shift", "div", "scalar"),
                           "name: floor, op: floor", by("clip", "clip", "scalar")}),
            (Lines{"conv: conv2d(input) 1x8x8x4 int8", "clip: add(conv input) 1x8x8x4 int8"}));
}

TEST(RewriteRequantization, ASumScalesItsOperands) {
  EXPECT_EQ(
      int8_lines_of({"name: act, op: exp", by("left", "mul", "scalar") + ", input: act",
                     by("right", "mul", "scalar") + ", input: input", "name: sum, op: add, inputs: [left, right]"}),
      (Lines{"act: exp(input) 1x8x8x4 int8", "sum: add(act input) 1x8x8x4 int8"}));
}

TEST(RewriteRequantization, NotWhatSomebodyElseReads) {
  // The sum scales its operand; the convolution, which it reads without the factor, does not.
  EXPECT_EQ(int8_lines_of({kUnbiasedConv, by("factor", "mul", "scalar"), "name: sum, op: add, inputs: [factor, conv]"}),
            (Lines{"conv: conv2d(input) 1x8x8x4 int8", "sum: add(conv conv) 1x8x8x4 int8"}));
}

TEST(RewriteRequantization, NotAFloorByItselfNorAFactorPerPixel) {
  EXPECT_EQ(int8_lines_of({kUnbiasedConv, "name: floor, op: floor"}).size(), 2u);
  EXPECT_EQ(int8_lines_of({kUnbiasedConv, by("map", "mul", "8x8x1")}).size(), 2u);
}

TEST(RewriteRequantization, NotAFactorPerChannelBehindAClip) {
  EXPECT_EQ(int8_lines_of({kUnbiasedConv, by("clip", "clip", "scalar"), by("factor", "mul", "1x1x4")}).size(), 2u);
  EXPECT_EQ(int8_lines_of({kUnbiasedConv, by("clip", "clip", "scalar"), by("factor", "mul", "scalar")}).size(), 1u);
}

TEST(RewriteRequantization, OnlyAsPartOfQuantisation) {
  const auto n = network_of_floats("1x8x8x4", {kUnbiasedConv, by("shift", "div", "scalar"), "name: floor, op: floor"});
  EXPECT_EQ(rewrite::rewrite(n).network.layers.size(), 3u);
}

// As ONNX Runtime quantises dynamically: the scale of the activations is computed in every run.
TEST(RewriteRequantization, DynamicQuantisationHasFixedScales) {
  OnnxModel m;
  m.input("x", {1, 16}).output("y");
  m.bytes("w", {16, 8}, std::vector<int>(128, 1)).bytes("wz", {}, {0}).reals("ws", {}, {0.5F}).shapeless("b", {8});
  m.node("DynamicQuantizeLinear", {"x"}, {"q", "s", "z"});  // to uint8
  m.node("MatMulInteger", {"q", "w", "z", "wz"}, {"sums"});
  with(m.node("Cast", {"sums"}, {"real"}), "to", onnx::TensorProto::FLOAT);
  m.node("Mul", {"s", "ws"}, {"scale"});
  m.node("Mul", {"real", "scale"}, {"scaled"});
  m.node("Add", {"scaled", "b"}, {"y"});
  const network::Network n = quantised(m.read()).network;
  ASSERT_EQ(n.layers.size(), 1u) << n.layers[0].name;
  EXPECT_EQ(lines_of(n), Lines{"y_op: fully_connected(x) 1x8 int8"});
  EXPECT_EQ(n.layers[0].attributes.bias_type, ElementType::kInt32);
  EXPECT_EQ(n.macs(), 128);
}

}  // namespace
}  // namespace subvolt::test
