// Is a network that was written as YAML the network that was written?
#include <gtest/gtest.h>

#include "network_text.h"
#include "sim/config/library.h"
#include "sim/network/reader.h"
#include "sim/network/yaml/yaml_writer.h"

namespace subvolt::network {
namespace {

std::string written(const Network& network) { return yaml_of(spec_of(network)); }

Network read_text(const std::string& text) { return test::network_from(text); }

// Everything that a network says, for comparisons: its spec as YAML, and what was worked out from it.
std::string everything(const Network& n) {
  std::string text = written(n);
  for (const Tensor& t : n.tensors) text += t.name + " " + t.shape.text() + " " + to_text(t.type) + "\n";
  for (const Layer& l : n.layers) {
    text += l.name + " " + std::to_string(l.macs) + " " + std::to_string(l.parameters()) + " " +
            std::to_string(l.parameter_bytes().value()) + " " + std::to_string(l.element_operations) + "\n";
  }
  return text;
}

TEST(YamlWriter, EveryShippedNetworkComesBackAsItWas) {
  for (const std::string& name : config::shipped("network")) {
    const Network network = read_network(name);
    const std::string text = written(network);
    EXPECT_EQ(everything(read_text(text)), everything(network)) << name;
    EXPECT_EQ(written(read_text(text)), text) << name;
  }
}

TEST(YamlWriter, WritesOneLayerPerLineAndOnlyWhatDiffersFromDefaults) {
  const Network network = test::network_of(
      "{shape: 8x8x3}", {"name: c, op: conv2d, kernel: 3, channels: 4, padding: [0, 1, 0, 1], activation: relu",
                         "name: d, op: average_pool, kernel: global"});
  EXPECT_EQ(written(network),
            "schema: network/1\n"
            "network:\n"
            "  name: test\n"
            "  source: none\n"
            "  input: {shape: 8x8x3}\n"
            "  outputs: [d]\n"
            "  layers:\n"
            "    - {name: c, op: conv2d, input: input, kernel: 3x3, padding: [0, 1, 0, 1], channels: 4, "
            "activation: relu}\n"
            "    - {name: d, op: average_pool, input: c, kernel: global}\n");
}

TEST(YamlWriter, HasTheKeysInTheOrderOfTheSchema) {
  LayerSpec layer;
  layer.name = "l";
  layer.weight_type = ElementType::kInt4;
  layer.groups = 2;
  layer.kernel = Kernel{false, {3, 5}};
  layer.quantization = Quantization{0.5, 0.0, -3, 1, 0};
  NetworkSpec spec;
  spec.name = "n";
  spec.inputs = {InputSpec{}, InputSpec{}};
  spec.inputs[1].name = "second";
  spec.inputs[1].shape = {1, 2};
  spec.layout = Layout::kChannelsFirst;
  spec.layers = {layer};
  EXPECT_EQ(yaml_of(spec),
            "schema: network/1\n"
            "network:\n"
            "  name: \"n\"\n"
            "  layout: channels_first\n"
            "  inputs:\n"
            "    - {shape: scalar}\n"
            "    - {name: second, shape: 1x2}\n"
            "  layers:\n"
            "    - {name: l, op: conv2d, kernel: 3x5, groups: 2, weight_type: int4, "
            "quantization: {scale: 0.5, zero_point: -3}}\n");
}

// Fails with an internal error when a schema gets a key that the writer does not know.
TEST(YamlWriter, KnowsEveryKeyOfEverySchema) {
  for (const OperatorDefinition* op : operators()) {
    LayerSpec layer;
    layer.name = "l";
    layer.op = Operator(op->name);
    layer.quantization = Quantization{};
    layer.outputs = {{"o", std::nullopt, std::nullopt, std::nullopt}};
    layer.constants = {Constant{}};
    NetworkSpec spec;
    spec.name = "every key";
    spec.inputs = {InputSpec{}};
    spec.layers = {layer};
    EXPECT_NO_THROW(yaml_of(spec)) << op->name;
  }
}

TEST(YamlWriter, LeavesOutAttributesThatTheOperatorDoesNotTake) {
  LayerSpec layer;
  layer.name = "l";
  layer.op = Operator("softmax");
  layer.kernel = Kernel{false, {3, 3}};
  layer.padding.mode = Padding::Mode::kValid;
  NetworkSpec spec;
  spec.name = "test";
  spec.layers = {layer};
  EXPECT_NE(yaml_of(spec).find("- {name: l, op: softmax}\n"), std::string::npos) << yaml_of(spec);
}

TEST(YamlWriter, KeepsWhatIsKnownOfConstantsButNotWhatTheOperatorDerives) {
  const std::string text = test::network_text(
      "{shape: 4}",
      {"name: f, op: fully_connected, channels: 2, constants: [{role: weights, name: w, zeros: 3, quantization: "
       "{scale: 0.25, scale_max: 0.5, zero_point: 1, scales: 2, axis: 0}}, {role: bias, shared: true}]"});
  const Network network = read_text(text);
  const std::string out = written(network);
  EXPECT_NE(out.find("constants: [{name: w, role: weights, quantization: {scale: 0.25, scale_max: 0.5, zero_point: 1, "
                     "scales: 2}, zeros: 3}, {role: bias, shared: true}]"),
            std::string::npos)
      << out;
  const Network again = read_text(out);
  ASSERT_NE(again.layers.at(0).constant(Role::kWeights), nullptr);
  EXPECT_EQ(again.layers.at(0).constant(Role::kWeights)->zeros, 3);
  EXPECT_EQ(again.parameters(), network.parameters());
  EXPECT_EQ(everything(again), everything(network));
}

// Whether they are per group or per channel, no attribute tells.
TEST(YamlWriter, KeepsAScalePerGroup) {
  for (const std::int64_t each : {2, 8}) {
    const std::string shape = ", shape: " + std::to_string(each) + ", type: fp32";
    const Network network = read_text(test::network_text(
        "{shape: 4x4x8}", {"name: g, op: group_norm, groups: 2, bias: true, bias_type: fp32, constants: [{role: scale" +
                           shape + "}, {role: bias" + shape + "}]"}));
    EXPECT_EQ(network.parameters(), 2 * each);
    EXPECT_EQ(everything(read_text(written(network))), everything(network));
  }
}

TEST(YamlWriter, QuotesWhatYamlWouldTakeForSomethingElse) {
  for (const std::string name : {"a", "conv_1", "block/conv.2", "a;b", "/model/Add"})
    EXPECT_EQ(yaml_scalar(name), name);
  for (const std::string name :
       {"", "null", "Yes", "1", "3x3", "~", "a: b", "a #b", "-", "a,b", "{a", "serving:0", "*"}) {
    EXPECT_EQ(yaml_scalar(name), "\"" + name + "\"");
  }
  EXPECT_EQ(yaml_scalar("a\"b\\c"), "\"a\\\"b\\\\c\"");
  EXPECT_EQ(yaml_scalar("a\nb\x01\x7F"), "\"a\\nb\\x01\\x7F\"");
  EXPECT_EQ(yaml_scalar("\xC3\xA9"), "\"\xC3\xA9\"");
  EXPECT_EQ(yaml_scalar("\xFF"), "\"\xEF\xBF\xBD\"") << "no UTF-8";
  EXPECT_EQ(yaml_scalar("\xC2\x85"), "\"\\x85\"") << "a line break to YAML";
}

TEST(YamlWriter, NamesOfAnyCharactersComeBack) {
  const std::vector<std::string> names = {
      "a b",  "null", "- x",          "{}",     "a: b", "#",      "\"q\"", "\\", "tab\tnl\n", std::string("nul\0x", 5),
      "\x04", "é",    "\xE2\x80\xA8", "conv#2", "1e3",  "a;b/c:0"};
  NetworkSpec spec;
  spec.name = "odd: \"names\"";
  InputSpec input;
  input.name = "in\x1B[31m";
  input.shape = {4};
  spec.inputs = {input};
  std::string before = input.name;
  for (const std::string& name : names) {
    LayerSpec layer;
    layer.op = Operator("activation");
    layer.activation = Activation::kRelu;
    layer.name = name;
    layer.source_op = name;
    layer.input = before;
    spec.layers.push_back(layer);
    before = name;
  }
  const Network network = read_text(yaml_of(spec));
  ASSERT_EQ(network.layers.size(), names.size());
  EXPECT_EQ(network.name, spec.name);
  EXPECT_EQ(network.tensor(network.inputs.at(0)).name, input.name);
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(network.layers[i].name, names[i]);
    EXPECT_EQ(network.layers[i].source_op, names[i]);
  }
}

}  // namespace
}  // namespace subvolt::network
