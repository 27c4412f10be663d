// Are operators that others make up read as those, with their MACs and shapes?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/onnx_model.h"

namespace subvolt::test {
namespace {

using network::ElementType;
using network::Network;
using testing::ElementsAre;
using testing::HasSubstr;

struct Case {
  std::string equation;
  std::vector<Sizes> operands;
  std::vector<bool> constant;
  Sizes out;
  std::int64_t macs;
};

OnnxModel einsum(const Case& c) {
  OnnxModel m;
  Names inputs;
  for (std::size_t i = 0; i < c.operands.size(); ++i) {
    inputs.push_back("x" + std::to_string(i));
    if (c.constant.at(i)) {
      m.shapeless(inputs.back(), c.operands[i]);
    } else {
      m.input(inputs.back(), c.operands[i]);
    }
  }
  m.output("y");
  with_text(m.node("Einsum", inputs, {"y"}), "equation", c.equation);
  return m;
}

// MACs of two operands: the product of all index sizes; more go from left to right.
TEST(OnnxCompositions, EinsumIsMatrixProducts) {
  const std::vector<Case> cases = {
      {"i,j->ij", {{4}, {5}}, {false, false}, {4, 5}, 20},
      {"i,i->", {{4}, {4}}, {false, false}, {}, 4},
      {"ij,jk", {{2, 3}, {3, 4}}, {false, false}, {2, 4}, 24},
      {"bn,anm,bm->ba", {{2, 3}, {5, 3, 4}, {2, 4}}, {false, false, false}, {2, 5}, 2 * 3 * 5 * 4 + 2 * 5 * 4},
      {"...ij,...jk->...ik", {{2, 3, 4, 5}, {2, 3, 5, 6}}, {false, false}, {2, 3, 4, 6}, 720},
      {"...ij,jk->...ik", {{2, 3, 4, 5}, {5, 6}}, {false, true}, {2, 3, 4, 6}, 720},
      {"bij,bjk->bik", {{1, 3, 4}, {5, 4, 6}}, {false, false}, {5, 3, 6}, 360},
      {"bij,bij->bij", {{2, 3, 4}, {2, 3, 4}}, {false, false}, {2, 3, 4}, 24},
      {"bld,hdk->bhlk", {{1, 10, 16}, {4, 16, 8}}, {false, true}, {1, 4, 10, 8}, 10 * 16 * 32},
      {"oc,bchw->bohw", {{6, 3}, {1, 3, 8, 8}}, {true, false}, {1, 6, 8, 8}, 6 * 3 * 64},
      {"nctkv,kvw->nctw", {{1, 4, 5, 3, 7}, {3, 7, 7}}, {false, false}, {1, 4, 5, 7}, 2940},
      {"blhd,bmhd->bhlm", {{1, 9, 4, 16}, {1, 7, 4, 16}}, {false, false}, {1, 4, 9, 7}, 4 * 9 * 7 * 16},
      {"ii->i", {{4, 4}}, {false}, {4}, 0},
      {"bii->b", {{3, 4, 4}}, {false}, {3}, 0},
      {"ijk->kij", {{2, 3, 4}}, {false}, {4, 2, 3}, 0},
      {"ijk->j", {{2, 3, 4}}, {false}, {3}, 0},
      {"ijk->ijk", {{2, 3, 4}}, {false}, {2, 3, 4}, 0},
  };
  for (const Case& c : cases) {
    const OnnxModel m = einsum(c);
    ASSERT_EQ(m.error(), "") << c.equation;
    const Network n = m.read();
    EXPECT_EQ(n.macs(), c.macs) << c.equation;
    EXPECT_EQ(n.not_counted(), 0) << c.equation;
    EXPECT_EQ(n.tensor(n.outputs.at(0)).shape.sizes(), c.out) << c.equation;
    std::int64_t parameters = 0;
    for (std::size_t i = 0; i < c.operands.size(); ++i) {
      parameters += c.constant[i] ? network::Shape(c.operands[i]).elements() : 0;
    }
    EXPECT_EQ(n.parameters(), parameters) << c.equation;
  }
}

TEST(OnnxCompositions, AnEinsumWithWeightsIsFullyConnected) {
  const Network n = einsum({"bchw,cd->bdhw", {{1, 8, 4, 4}, {8, 6}}, {false, true}, {}, 0}).read();
  EXPECT_THAT(layers_of(n), ElementsAre("transpose:1x4x4x8", "fully_connected:1x4x4x6", "transpose:1x6x4x4"));
  EXPECT_EQ(n.layers[1].source_op, "Einsum");
  EXPECT_EQ(n.layers[2].name, "y_op");  // the last part has the operator's name
}

TEST(OnnxCompositions, EinsumsThatContradictTheirOperandsAreRefused) {
  EXPECT_THAT(
      einsum({"ij,jk->ik", {{2, 3}, {4, 5}}, {false, false}, {}, 0}).error(),
      HasSubstr("m.onnx: operator 0, Einsum: attribute equation: expected one size for each index, got 3 and 4"));
  EXPECT_THAT(einsum({"ij->ij", {{2, 3, 4}}, {false}, {}, 0}).error(), HasSubstr("each of 3 dimensions"));
  EXPECT_THAT(einsum({"ij,jk->iz", {{2, 3}, {3, 5}}, {false, false}, {}, 0}).error(), HasSubstr("each index of the"));
  EXPECT_THAT(einsum({"i1->i", {{2, 3}}, {false}, {}, 0}).error(), HasSubstr("expected letters"));
  EXPECT_THAT(einsum({"ij->i", {{2, 3}, {2, 3}}, {false, false}, {}, 0}).error(), HasSubstr("expected 2 operands"));
}

OnnxModel attention(const Sizes& q, const Sizes& k, const Sizes& v) {
  OnnxModel m(23);
  m.input("q", q).input("k", k).input("v", v).output("y");
  return m;
}

TEST(OnnxCompositions, AttentionIsTwoProducts) {
  OnnxModel m = attention({2, 65, 64}, {2, 65, 64}, {2, 65, 64});
  auto& node = m.node("Attention", {"q", "k", "v"}, {"y"});
  with(with(node, "q_num_heads", 4), "kv_num_heads", 4);
  const Network n = m.read();
  EXPECT_EQ(n.macs(), 2 * 2 * 65 * 65 * 64);
  EXPECT_EQ(n.tensor(n.outputs[0]).shape, (network::Shape{2, 65, 64}));
  EXPECT_EQ(n.not_counted(), 0);
  EXPECT_EQ(n.layers.back().name, "y_op");
  for (const network::Layer& layer : n.layers) EXPECT_EQ(layer.source_op, "Attention") << layer.name;
}

TEST(OnnxCompositions, QueriesMayShareKeysAndValues) {
  OnnxModel m = attention({1, 8, 10, 16}, {1, 2, 12, 16}, {1, 2, 12, 24});
  with(m.node("Attention", {"q", "k", "v"}, {"y"}), "is_causal", 1);
  const Network n = m.read();
  EXPECT_EQ(n.macs(), 8 * 10 * 12 * (16 + 24));
  EXPECT_EQ(n.tensor(n.outputs[0]).shape, (network::Shape{1, 8, 10, 24}));
  OnnxModel odd = attention({1, 8, 10, 16}, {1, 3, 12, 16}, {1, 3, 12, 16});
  odd.node("Attention", {"q", "k", "v"}, {"y"});
  EXPECT_THAT(odd.error(), HasSubstr("expected queries, keys and values that fit"));
}

TEST(OnnxCompositions, ThePastIsInFrontOfKeysAndValues) {
  OnnxModel m = attention({1, 4, 1, 16}, {1, 4, 1, 16}, {1, 4, 1, 16});
  m.input("pk", {1, 4, 32, 16}).input("pv", {1, 4, 32, 16}).output("present");
  m.node("Attention", {"q", "k", "v", "", "pk", "pv"}, {"y", "present", ""});
  const Network n = m.read();
  EXPECT_EQ(n.macs(), 2 * 4 * 33 * 16);
  EXPECT_EQ(n.tensor(n.outputs[1]).shape, (network::Shape{1, 4, 33, 16}));
}

TEST(OnnxCompositions, AVectorIsAMatrixForTheProduct) {
  const std::vector<std::pair<std::pair<Sizes, Sizes>, Sizes>> cases = {
      {{{8}, {8, 16}}, {16}}, {{{3, 8, 16}, {16}}, {3, 8}}, {{{16}, {16}}, {}}, {{{16}, {2, 16, 5}}, {2, 5}}};
  for (const auto& [operands, out] : cases) {
    OnnxModel m;
    m.input("a", operands.first).input("b", operands.second).output("y");
    m.node("MatMul", {"a", "b"}, {"y"});
    ASSERT_EQ(m.error(), "");
    const Network n = m.read();
    EXPECT_EQ(n.tensor(n.outputs[0]).shape.sizes(), out);
    EXPECT_EQ(n.macs(),
              std::max(network::Shape(operands.first).elements(), network::Shape(operands.second).elements()));
  }
}

TEST(OnnxCompositions, ALoopOfKnownLengthIsItsBodyThatOften) {
  OnnxModel m;
  m.input("x", {1, 16}).output("y").output("all");
  m.shapeless("w", {16, 16});
  m.integers("trips", {}, {3});
  auto& loop = m.node("Loop", {"trips", "", "x"}, {"y", "all"});
  auto& body = graph_in(loop, "body");
  for (const char* name : {"i", "c", "v"}) body.add_input()->set_name(name);
  OnnxModel::fill(*body.add_node(), "Identity", {"c"}, {"go_on"});
  OnnxModel::fill(*body.add_node(), "MatMul", {"v", "w"}, {"next"});
  for (const char* name : {"go_on", "next", "next"}) body.add_output()->set_name(name);
  const Network n = m.read();
  EXPECT_EQ(n.macs(), 3 * 256);
  EXPECT_EQ(n.parameters(), 256);  // the same weights in each step
  EXPECT_EQ(n.tensor(n.outputs[1]).shape, (network::Shape{3, 1, 16}));
  ASSERT_EQ(n.resolved.size(), 4U);
  EXPECT_EQ(n.resolved[0].source_op, "Loop");
  EXPECT_EQ(n.resolved[0].how, "its graph, 3 times, stands in its place");
}

TEST(OnnxCompositions, ALoopOfUnknownLengthIsRefused) {
  for (const bool endless : {false, true}) {
    OnnxModel m;
    m.input("x", {1, 16}).output("y");
    if (!endless) m.input("trips", {}, onnx::TensorProto::INT64);
    auto& loop = m.node("Loop", {endless ? "" : "trips", "", "x"}, {"y"});
    auto& body = graph_in(loop, "body");
    for (const char* name : {"i", "c", "v"}) body.add_input()->set_name(name);
    OnnxModel::fill(*body.add_node(), "Identity", {"c"}, {"go_on"});
    OnnxModel::fill(*body.add_node(), "Identity", {"v"}, {"next"});
    for (const char* name : {"go_on", "next"}) body.add_output()->set_name(name);
    EXPECT_THAT(m.error(), HasSubstr(endless ? "at most 100000 operators" : "as often as data say"));
  }
}

TEST(OnnxCompositions, AScanRunsOverSlices) {
  OnnxModel m;
  m.input("s", {1, 8}).input("x", {5, 1, 8}).output("y");
  m.shapeless("w", {8, 8});
  auto& scan = with(m.node("Scan", {"s", "x"}, {"last", "y"}), "num_scan_inputs", 1);
  auto& body = graph_in(scan, "body");
  for (const char* name : {"state", "element"}) body.add_input()->set_name(name);
  OnnxModel::fill(*body.add_node(), "MatMul", {"element", "w"}, {"p"});
  OnnxModel::fill(*body.add_node(), "Add", {"p", "state"}, {"next"});
  for (const char* name : {"next", "next"}) body.add_output()->set_name(name);
  const Network n = m.read();
  EXPECT_EQ(n.macs(), 5 * 64);
  EXPECT_EQ(n.tensor(n.outputs[0]).shape, (network::Shape{5, 1, 8}));
}

// An operator of ONNX Runtime on inputs and constants "name: sizes".
struct Fused {
  std::string op;
  std::vector<std::pair<std::string, Sizes>> inputs, constants;
  Names operands;
  std::vector<std::pair<std::string, std::int64_t>> attributes;
  Sizes out;
  std::int64_t macs;
};

TEST(OnnxCompositions, WhatOnnxRuntimeFuses) {
  const Sizes x{1, 10, 64}, vector{64};
  const std::vector<Fused> cases = {
      {"BiasGelu", {{"x", x}}, {{"b", vector}}, {"x", "b"}, {}, x, 0},
      {"FastGelu", {{"x", x}}, {{"b", vector}}, {"x", "b"}, {}, x, 0},
      {"SkipLayerNormalization", {{"x", x}, {"k", x}}, {{"g", vector}, {"b", vector}}, {"x", "k", "g", "b"}, {}, x, 0},
      {"SkipSimplifiedLayerNormalization", {{"x", x}, {"k", x}}, {{"g", vector}}, {"x", "k", "g"}, {}, x, 0},
      {"Attention",
       {{"x", x}},
       {{"w", {64, 192}}, {"b", {192}}},
       {"x", "w", "b"},
       {{"num_heads", 4}},
       x,
       10 * 64 * 192 + 2 * 10 * 10 * 64},
      {"MultiHeadAttention", {{"q", x}, {"k", {1, 12, 64}}}, {}, {"q", "k", "k"}, {{"num_heads", 4}}, x, 2 * 120 * 64},
      {"GroupQueryAttention",
       {{"q", x}, {"k", {1, 10, 16}}},
       {},
       {"q", "k", "k"},
       {{"num_heads", 8}, {"kv_num_heads", 2}},
       x,
       2 * 8 * 10 * 10 * 8},
      {"MatMulNBits",
       {{"x", x}},
       {{"w", {32, 2, 16}}, {"s", {64}}},
       {"x", "w", "s"},
       {{"K", 64}, {"N", 32}, {"bits", 4}, {"block_size", 32}},
       {1, 10, 32},
       10 * 64 * 32},
      {"FusedMatMul", {{"x", x}}, {{"w", {32, 64}}}, {"x", "w"}, {{"transB", 1}}, {1, 10, 32}, 10 * 64 * 32},
      {"FusedConv",
       {{"x", {1, 4, 8, 8}}, {"z", {1, 6, 8, 8}}},
       {{"w", {6, 4, 1, 1}}},
       {"x", "w", "", "z"},
       {},
       {1, 6, 8, 8},
       64 * 24},
      {"NhwcConv", {{"x", {1, 8, 8, 4}}}, {{"w", {6, 4, 1, 1}}}, {"x", "w"}, {}, {1, 8, 8, 6}, 64 * 24},
      {"GroupNorm",
       {{"x", {1, 8, 8, 16}}},
       {{"g", {16}}, {"b", {16}}},
       {"x", "g", "b"},
       {{"groups", 4}},
       {1, 8, 8, 16},
       0},
  };
  for (const Fused& c : cases) {
    OnnxModel m(17);
    m.import_domain("com.microsoft", 1);
    for (const auto& [name, sizes] : c.inputs) m.input(name, sizes);
    for (const auto& [name, sizes] : c.constants) m.shapeless(name, sizes);
    m.output("y");
    auto& node = m.node(c.op, c.operands, {"y"});
    node.set_domain("com.microsoft");
    for (const auto& [name, value] : c.attributes) with(node, name, value);
    ASSERT_EQ(m.error(), "") << c.op;
    const Network n = m.read();
    EXPECT_EQ(n.macs(), c.macs) << c.op;
    EXPECT_EQ(n.not_counted(), 0) << c.op;
    EXPECT_EQ(n.tensor(n.outputs[0]).shape.sizes(), c.out) << c.op;
  }
}

TEST(OnnxCompositions, WeightsOfFewBitsAreStoredAsSuch) {
  OnnxModel m;
  m.import_domain("com.microsoft", 1);
  m.input("x", {1, 64}).output("y");
  m.shapeless("w", {32, 2, 16}, onnx::TensorProto::UINT8);
  m.shapeless("s", {64});
  auto& node = m.node("MatMulNBits", {"x", "w", "s"}, {"y"});
  node.set_domain("com.microsoft");
  with(with(with(node, "K", 64), "N", 32), "bits", 4);
  const Network n = m.read();
  EXPECT_EQ(n.parameters(), 64 * 32);
  EXPECT_EQ(n.parameter_bytes(), Bytes(64 * 32 / 2));
}

TEST(OnnxCompositions, AConcatenationRequantisesWhatHasAnotherScale) {
  OnnxModel m;
  m.import_domain("com.microsoft", 1);
  m.input("a", {1, 4, 2, 2}, onnx::TensorProto::INT8).input("b", {1, 6, 2, 2}, onnx::TensorProto::INT8).output("y");
  m.reals("s", {}, {0.5F}).reals("t", {}, {0.25F}).bytes("z", {}, {0});
  auto& node = m.node("QLinearConcat", {"s", "z", "a", "s", "z", "b", "t", "z"}, {"y"});
  node.set_domain("com.microsoft");
  with(node, "axis", 1);
  const Network n = m.read();
  EXPECT_THAT(layers_of(n), ElementsAre("quantize:1x6x2x2", "concat:1x10x2x2"));
  EXPECT_EQ(n.output_of(n.layers[0]).type, ElementType::kInt8);
}

TEST(OnnxCompositions, APartIsNamedBehindTheWhole) {
  OnnxModel m;
  m.import_domain("com.microsoft", 1);
  m.input("x", {1, 8}).output("y");
  m.shapeless("b", {8});
  m.node("BiasGelu", {"x", "b"}, {"y"}).set_domain("com.microsoft");
  const Network n = m.read();
  ASSERT_EQ(n.layers.size(), 2U);
  EXPECT_EQ(n.layers[0].name, "y_op/biased");
  EXPECT_EQ(n.layers[1].name, "y_op");
  EXPECT_EQ(n.layers[1].source_op, "com.microsoft.BiasGelu");
}

}  // namespace
}  // namespace subvolt::test
