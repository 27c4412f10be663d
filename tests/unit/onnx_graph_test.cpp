// Are graphs of ONNX files followed as they are meant, and is everything else refused where it stands?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/onnx_model.h"

namespace subvolt::test {
namespace {

using network::Network;
using network::ReadOptions;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

Names layer_names(const Network& n) {
  Names names;
  for (const network::Layer& layer : n.layers) names.push_back(layer.name);
  return names;
}

TEST(OnnxGraph, NamesAreTheFilesAndUnique) {
  OnnxModel m;
  m.input("x", {4}).output("d");
  m.node("Relu", {"x"}, {"a"}).set_name("act");
  m.node("Relu", {"a"}, {"b"}).set_name("act");
  m.node("Relu", {"b"}, {"c"}).clear_name();
  m.node("Relu", {"c"}, {"d"}).set_name("x");
  const Network n = m.read();
  EXPECT_THAT(layer_names(n), ElementsAre("act", "act#2", "c", "x#2"));
  EXPECT_EQ(n.name, "m");
  EXPECT_EQ(n.source, "ONNX opset 13, test");
  EXPECT_EQ(n.tensor(n.outputs.at(0)).name, "x#2");
}

TEST(OnnxGraph, ProducersComeFirstWhereverTheyStand) {
  OnnxModel m;
  m.input("x", {4}).output("c");
  m.node("Neg", {"b"}, {"c"});
  m.node("Abs", {"a"}, {"b"});
  m.node("Relu", {"x"}, {"a"});
  EXPECT_THAT(layers_of(m.read()), ElementsAre("activation:4", "abs:4", "neg:4"));
}

TEST(OnnxGraph, CyclesAreRefused) {
  OnnxModel m;
  m.input("x", {4}).output("c");
  m.node("Relu", {"x"}, {"a"});
  m.node("Add", {"a", "c"}, {"b"});
  m.node("Neg", {"b"}, {"c"});
  EXPECT_THAT(m.error(), HasSubstr("m.onnx: operator 1, Add: operator \"b_op\" depends on its own result"));
  OnnxModel self;
  self.input("x", {4}).output("a");
  self.node("Add", {"x", "a"}, {"a"});
  EXPECT_THAT(self.error(), HasSubstr("operator 0, Add: operator \"a_op\" depends on its own result"));
}

TEST(OnnxGraph, UnknownAndRepeatedTensorsAreRefused) {
  OnnxModel unknown;
  unknown.input("x", {4}).output("a");
  unknown.node("Relu", {"y"}, {"a"});
  EXPECT_THAT(unknown.error(),
              HasSubstr("operator 0, Relu: expected an input, a constant or an operator's output, got \"y\""));
  OnnxModel twice;
  twice.input("x", {4}).output("a");
  twice.node("Relu", {"x"}, {"a"});
  twice.node("Neg", {"x"}, {"a"});
  EXPECT_THAT(twice.error(), HasSubstr("operator 1, Neg: expected a name of its own for its output, got \"a\" again"));
  OnnxModel output;
  output.input("x", {4}).output("nothing");
  output.node("Relu", {"x"}, {"a"});
  EXPECT_THAT(output.error(), HasSubstr("m.onnx: output nothing: expected an operator that computes it"));
}

TEST(OnnxGraph, OpenSizesAreAskedFor) {
  OnnxModel m;
  m.input("x", {-1, 3, -1, -1}).output("a");
  m.node("Relu", {"x"}, {"a"});
  EXPECT_THAT(m.error(), AllOf(HasSubstr("m.onnx: input x: its dimensions [?, 3, ?, ?] are not fixed"),
                               HasSubstr("--shape x=1,3,224,224")));
  EXPECT_THAT(layers_of(m.read({{{"x", {1, 3, 8, 8}}}})), ElementsAre("activation:1x3x8x8"));
  EXPECT_THAT(m.error({{{"x", {1, 3, 8}}}}), HasSubstr("[?, 3, ?, ?], got 1x3x8"));
  EXPECT_THAT(m.error({{{"x", {1, 3, 8, 0}}}}), HasSubstr("expected sizes from 1"));
  EXPECT_THAT(m.error({{{"x", {1, 3, 8, 8}}, {"xx", {1}}}}), HasSubstr("no input \"xx\""));
}

// One symbol in several inputs: what is proposed and what is taken is one size for it.
TEST(OnnxGraph, ASymbolHasOneSize) {
  OnnxModel m;
  m.input("x", {-2, -3}).input("state", {2, -2, 8}).output("b");
  m.node("ReduceSum", {"state"}, {"s"});
  m.node("Add", {"x", "s"}, {"a"});
  m.node("Relu", {"a"}, {"b"});
  EXPECT_THAT(m.error(), AllOf(HasSubstr("input x: its dimensions [n2, n3] are not fixed"), HasSubstr("--shape x=1,16"),
                               HasSubstr("--shape state=2,1,8")));
  EXPECT_THAT(m.error({{{"x", {4, 16}}}}), HasSubstr("--shape state=2,4,8"));
  EXPECT_EQ(m.error({{{"x", {4, 16}}, {"state", {2, 4, 8}}}}), "");
  EXPECT_EQ(m.error({{{"x", {4, 16}}, {"state", {2, 5, 8}}}}),
            "m.onnx: symbol n2 is 4 by x, 5 by state: expected one size, such as --shape state=2,4,8 --shape x=4,16");
}

// Sizes that operators do not take: the sizes are said, and some that they take.
TEST(OnnxGraph, SizesThatDoNotFitAreSaidWithOthersThatDo) {
  OnnxModel m;
  m.input("x", {1, 1, -2}).output("a");
  m.shapeless("w", {4, 1, 200});
  m.node("Conv", {"x", "w"}, {"a"});
  EXPECT_THAT(m.error(), HasSubstr("--shape x=1,1,512"));
  EXPECT_THAT(m.error({{{"x", {1, 1, 16}}}}),
              HasSubstr("\nm.onnx: sizes are those of --shape x=1,1,16: others are taken, such as --shape x=1,1,512"));
}

// if (x has one row) relu(x) else neg(x)
OnnxModel branching(std::int64_t rows) {
  OnnxModel m;
  m.input("x", {rows, 4}).output("y");
  m.integers("0", {}, {0}).integers("1", {}, {1});
  m.node("Shape", {"x"}, {"s"});
  m.node("Gather", {"s", "0"}, {"rows"});
  m.node("Equal", {"rows", "1"}, {"one"});
  auto& choice = m.node("If", {"one"}, {"chosen"});
  auto& then = graph_in(choice, "then_branch");
  OnnxModel::fill(*then.add_node(), "Relu", {"x"}, {"t"});
  then.add_output()->set_name("t");
  auto& otherwise = graph_in(choice, "else_branch");
  OnnxModel::fill(*otherwise.add_node(), "Abs", {"x"}, {"e0"});
  OnnxModel::fill(*otherwise.add_node(), "Neg", {"e0"}, {"e1"});
  otherwise.add_output()->set_name("e1");
  m.node("Sqrt", {"chosen"}, {"y"});
  return m;
}

TEST(OnnxGraph, ABranchThatIsKnownTakesThePlaceOfTheChoice) {
  EXPECT_THAT(layers_of(branching(1).read()), ElementsAre("activation:1x4", "sqrt:1x4"));
  EXPECT_THAT(layers_of(branching(2).read()), ElementsAre("abs:2x4", "neg:2x4", "sqrt:2x4"));
}

TEST(OnnxGraph, ErrorsInABranchNameIt) {
  OnnxModel m = branching(1);
  m.graph().mutable_node(3)->mutable_attribute(0)->mutable_g()->mutable_node(0)->set_input(0, "y");
  EXPECT_THAT(m.error(), HasSubstr("the graph has a cycle"));
  m.graph().mutable_node(3)->mutable_attribute(0)->mutable_g()->mutable_node(0)->set_input(0, "nothing");
  EXPECT_THAT(m.error(), HasSubstr("m.onnx: operator 3, If: then_branch: operator 0, Relu: expected an input"));
}

TEST(OnnxGraph, WhatDependsOnDataIsRefusedByName) {
  OnnxModel m;
  m.input("x", {4}).input("c", {}, onnx::TensorProto::BOOL).output("y");
  auto& choice = m.node("If", {"c"}, {"y"});
  for (const char* name : {"then_branch", "else_branch"}) {
    auto& graph = graph_in(choice, name);
    OnnxModel::fill(*graph.add_node(), "Relu", {"x"}, {std::string(name) + "_y"});
    graph.add_output()->set_name(std::string(name) + "_y");
  }
  EXPECT_THAT(m.error(), HasSubstr("operator 0, If: operator \"y_op\" chooses between two graphs by a condition that "
                                   "depends on data"));
  m.graph().mutable_node(0)->set_op_type("SequenceMap");
  EXPECT_THAT(m.error(), HasSubstr("operator 0, SequenceMap: operator \"y_op\" runs a graph of its own"));
}

OnnxModel with_function(const std::string& inner) {
  OnnxModel m;
  m.import_domain("local", 1);
  m.input("x", {1, 4}).output("y");
  auto& f = *m.model().add_functions();
  f.set_name("twice");
  f.set_domain("local");
  f.add_input("a");
  f.add_output("c");
  f.add_attribute("how");
  auto& first = OnnxModel::fill(*f.add_node(), "Softmax", {"a"}, {"b"});
  auto* axis = first.add_attribute();
  axis->set_name("axis");
  axis->set_type(onnx::AttributeProto::INT);
  axis->set_ref_attr_name("how");
  auto& second = OnnxModel::fill(*f.add_node(), inner, {"b"}, {"c"});
  if (inner == "twice") second.set_domain("local");
  with(m.node("twice", {"x"}, {"y"}), "how", 0).set_domain("local");
  return m;
}

TEST(OnnxGraph, FunctionsStandInThePlaceOfTheirCalls) {
  const Network n = with_function("Neg").read();
  EXPECT_THAT(layers_of(n), ElementsAre("softmax:1x4", "neg:1x4"));
  EXPECT_THAT(layer_names(n), ElementsAre("y_op/b_op", "y_op/c_op"));
  EXPECT_EQ(n.layers[0].attributes.axes, Sizes{0});
}

TEST(OnnxGraph, AFunctionThatCallsItselfIsRefused) {
  EXPECT_THAT(with_function("twice").error(), HasSubstr("functions in at most 32 others"));
}

TEST(OnnxGraph, OperatorsThatOnnxMakesOfOthersAreTakenApart) {
  OnnxModel m;
  m.input("x", {1, 4}).output("y");
  m.bytes("w", {4, 3}, std::vector<int>(12, 1));
  m.graph().mutable_initializer(0)->set_data_type(onnx::TensorProto::UINT8);
  m.node("DynamicQuantizeLinear", {"x"}, {"q", "scale", "zero"});
  m.node("MatMulInteger", {"q", "w", "zero"}, {"i"});
  with(m.node("Cast", {"i"}, {"f"}), "to", onnx::TensorProto::FLOAT);
  m.node("Mul", {"f", "scale"}, {"y"});
  const Network n = m.read();
  EXPECT_EQ(n.macs(), 12);
  EXPECT_EQ(n.layers.back().op.is("mul"), true);
  EXPECT_EQ(layers_of(n)[n.layers.size() - 3], "fully_connected:1x3");
  EXPECT_EQ(n.output_of(n.layers[n.layers.size() - 3]).type, network::ElementType::kInt32);
}

}  // namespace
}  // namespace subvolt::test
