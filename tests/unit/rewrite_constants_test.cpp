// Is work on constants done offline, and work for nobody not at all?
#include <gtest/gtest.h>

#include "tests/unit/rewritten.h"

namespace subvolt::test {
namespace {

std::string half(const std::string& name, const std::string& shape) {
  return "name: " + name + ", op: dequantize, inputs: [], constants: [{name: " + name + "_half, shape: " + shape +
         ", type: fp16}]";
}
const std::string kNamelessConv = "op: conv2d, kernel: 3, channels: 8, weight_type: fp32, bias_type: fp32";

TEST(RewriteFoldConstants, HalfPrecisionWeightsBehindDequantize) {
  const auto n = network_of_floats(
      "1x4x4x3", {half("w", "8x3x3x3"), half("b", "8"), "name: conv, inputs: [input, w, b], " + kNamelessConv});
  const auto r = rewrite::rewrite(n, only({"fold_constants"}));
  EXPECT_EQ(lines_of(r.network), (Lines{"conv: conv2d(input) 1x4x4x8"}));
  EXPECT_EQ(r.network.parameters(), n.parameters());
  EXPECT_EQ(r.network.parameter_bytes(), n.parameter_bytes());
  EXPECT_EQ(r.network.layers.front().weight_type(), network::ElementType::kFp16);
  EXPECT_EQ(r.network.layers.front().constant(network::Role::kWeights)->name, "w_half");
  EXPECT_EQ(fates_of(r),
            (Lines{"w fused into conv by fold_constants", "b fused into conv by fold_constants", "conv kept"}));
}

TEST(RewriteFoldConstants, WeightsOfTwoLayersCountOnce) {
  const auto n = network_of_floats(
      "1x4x4x8", {half("w", "8x3x3x8"), half("b", "8"), "name: one, inputs: [input, w, b], " + kNamelessConv,
                  "name: two, inputs: [one, w, b], " + kNamelessConv});
  const auto r = rewrite::rewrite(n, only({"fold_constants"}));
  EXPECT_EQ(r.network.layers.size(), 2u);
  EXPECT_EQ(r.network.parameters(), n.parameters());
  EXPECT_FALSE(r.network.layers[0].constants[0].shared);
  EXPECT_TRUE(r.network.layers[1].constants[0].shared);
}

TEST(RewriteFoldConstants, TheConstantSideOfAnAddition) {
  const auto n = network_of_floats("1x4x4x3", {half("c", "3"), "name: sum, op: add, inputs: [input, c]"});
  const auto r = rewrite::rewrite(n, only({"fold_constants"}));
  EXPECT_EQ(lines_of(r.network), (Lines{"sum: add(input) 1x4x4x3"}));
  EXPECT_EQ(r.network.parameters(), 3);
}

TEST(RewriteFoldConstants, StaysWhereNoConstantCanBe) {
  const auto n =
      network_of_floats("1x4x4x3", {half("c", "1x4x4x3"), "name: all, op: concat, axes: [-1], inputs: [input, c]"});
  EXPECT_EQ(rewritten_by({"fold_constants"}, n).size(), 2u);
}

TEST(RewriteDeadCode, LayersForNobodyGo) {
  std::string text =
      network_text("{shape: 4x4x3}", {"name: a, op: conv2d, kernel: 1, channels: 3", "name: b, op: identity",
                                      "name: dead, op: conv2d, kernel: 1, channels: 2", "name: dead_too, op: softmax",
                                      "name: end, op: softmax, input: b"});
  text += "  outputs: [end]\n";
  const auto r = rewrite::rewrite(network_from(text), only({"dead_code"}));
  EXPECT_EQ(lines_of(r.network), (Lines{"a: conv2d(input) 4x4x3 int8", "end: softmax(a) 4x4x3 int8"}));
  EXPECT_EQ(fates_of(r), (Lines{"a kept", "b removed by dead_code", "dead removed by dead_code",
                                "dead_too removed by dead_code", "end kept"}));
}

TEST(RewriteDeadCode, OutputsKeepTheirNames) {
  const auto n =
      network_of("{shape: 4x4x3}", {"name: a, op: conv2d, kernel: 1, channels: 3", "name: end, op: identity"});
  EXPECT_EQ(rewritten_by({"dead_code"}, n), (Lines{"end: conv2d(input) 4x4x3 int8"}));
  const auto both_ends = network_of("{shape: 4x4x3}", {"name: end, op: identity"});
  EXPECT_EQ(rewritten_by({"dead_code"}, both_ends), (Lines{"end: identity(input) 4x4x3 int8"}));
}

TEST(RewriteBranchOrder, TheLongestBranchFirst) {
  const std::string head = "name: head, op: conv2d, kernel: 1, channels: 3";
  const std::string shortcut = "name: shortcut, op: conv2d, kernel: 1, channels: 3, input: head";
  const std::string a = "name: a, op: conv2d, kernel: 3, channels: 3, input: head",
                    b = "name: b, op: softmax, input: a";
  const auto first = network_of("{shape: 4x4x3}", {head, shortcut, a, b, "name: end, op: add, inputs: [shortcut, b]"});
  const auto last = network_of("{shape: 4x4x3}", {head, a, b, shortcut, "name: end, op: add, inputs: [shortcut, b]"});
  EXPECT_EQ(rewritten_by({"branch_order"}, first), lines_of(last));
  EXPECT_EQ(rewritten_by({"branch_order"}, last), lines_of(last));
  EXPECT_EQ(lines_of(rewrite::rewrite(first).network), lines_of(first));
}

TEST(RewriteDeadCode, AReshapeToTheSameShapeGoes) {
  const auto n =
      network_of("{shape: 4x4x3}", {"name: same, op: reshape, shape: 4x4x3", "name: other, op: reshape, shape: 48"});
  EXPECT_EQ(rewritten_by({"dead_code"}, n), (Lines{"other: reshape(input) 48 int8"}));
}

}  // namespace
}  // namespace subvolt::test
