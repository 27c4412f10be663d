// Is every mistake in a network reported once, at its place, with what was expected?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/network_text.h"

namespace subvolt::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const char kImage[] = "{shape: 32x32x3}";

struct Mistake {
  std::string name;
  std::vector<std::string> layers;  // ^ marks what the one error must point at; before a layer, the layer
  std::vector<std::string> words;   // in the message
};

std::ostream& operator<<(std::ostream& out, const Mistake& mistake) { return out << mistake.name; }

class NetworkMistake : public testing::TestWithParam<Mistake> {};

TEST_P(NetworkMistake, IsLocatedOnceAndSaysWhatWasExpected) {
  const Mistake& mistake = GetParam();
  std::vector<std::string> layers = mistake.layers;
  std::string place;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const std::size_t mark = layers[i].find('^');
    if (mark == std::string::npos) continue;
    layers[i].erase(mark, 1);
    place = "net:" + std::to_string(8 + i) + ":" + std::to_string(mark == 0 ? 7 : 8 + mark);
  }
  const std::vector<std::string> errors = mistakes_of(kImage, layers);
  ASSERT_THAT(errors, ElementsAre(StartsWith(place + ": network.layers[")));
  for (const std::string& word : mistake.words) EXPECT_THAT(errors[0], HasSubstr(word));
}

const Mistake kMistakes[] = {
    {"MisspelledInput",
     {"name: conv0, op: conv2d, kernel: 3, channels: 8", "name: fc, op: fully_connected, input: ^covn0, channels: 2"},
     {"layer \"fc\"", "no tensor \"covn0\"", "did you mean \"conv0\"?"}},
    {"InputOfLaterLayer",
     {"name: a, op: softmax, input: ^b", "name: b, op: softmax, input: input"},
     {"\"b\" is not there yet", "expected the output of an earlier layer"}},
    {"OwnOutputAsInput", {"name: a, op: softmax, input: ^a"}, {"\"a\" is not there yet"}},
    {"MisspelledFirstInput", {"name: a, op: softmax, input: ^inptu"}, {"did you mean \"input\"?"}},
    {"InputAndInputs",
     {"name: a, op: add, input: input, inputs: ^[input, input]"},
     {"expected input or inputs, got both"}},
    {"AddOfOneTensor", {"^name: a, op: add"}, {"add takes 2 inputs", "inputs: [a, b]", "got 1"}},
    {"PoolOfTwoTensors",
     {"name: a, op: max_pool, inputs: ^[input, input], kernel: 1"},
     {"max_pool takes one input", "got 2"}},
    {"ConvolutionOfFourTensors",
     {"name: a, op: conv2d, inputs: ^[input, input, input, input], kernel: 1, channels: 2"},
     {"conv2d takes 1 to 3 inputs", "got 4"}},
    {"AddOfTwoShapes",
     {"name: a, op: conv2d, kernel: 3, channels: 8", "name: b, op: add, inputs: ^[input, a]"},
     {"layer \"b\"", "expected two tensors of one shape", "\"input\" of 32x32x3", "\"a\" of 32x32x8"}},
    {"KernelLargerThanInput",
     {"name: a, op: conv2d, kernel: ^3x33, padding: valid, channels: 8"},
     {"the window of 3x33 does not fit the input of 32x32x3 with padding valid", "expected a smaller kernel"}},
    {"KernelLargerThanPaddedInput",
     {"name: a, op: max_pool, kernel: ^37, padding: 2"},
     {"the window of 37x37 does not fit", "[2, 2, 2, 2]"}},
    {"DilatedKernelLargerThanInput",
     {"name: a, op: conv2d, kernel: ^3, dilation: 16, padding: valid, channels: 8"},
     {"the window of 33x33 does not fit"}},
    {"PoolOfPaddingAlone",
     {"name: a, op: max_pool, kernel: 2, padding: ^2"},
     {"expected less than the window of 2x2", "[2, 2, 2, 2]"}},
    {"MissingChannels", {"^name: a, op: conv2d, kernel: 3"}, {"conv2d needs channels"}},
    {"MissingKernel", {"^name: a, op: conv2d, channels: 3"}, {"conv2d needs a kernel such as 3"}},
    {"NoChannels", {"name: a, op: fully_connected, channels: ^0"}, {"expected sizes from 1", "got 0"}},
    {"NegativeChannels", {"name: a, op: fully_connected, channels: ^-4"}, {"expected sizes from 1", "-4"}},
    {"GlobalConvolution", {"name: a, op: conv2d, kernel: ^global, channels: 2"}, {"only pools", "3x3"}},
    {"NoStride", {"name: a, op: conv2d, kernel: 3, stride: ^0, channels: 2"}, {"expected sizes from 1", "got 0"}},
    {"NoKernel", {"name: a, op: conv2d, kernel: ^0x3, channels: 2"}, {"expected sizes from 1", "0x3"}},
    {"GroupsOfInput", {"name: a, op: conv2d, kernel: 1, channels: 4, groups: ^2"}, {"divisor of the 3 input"}},
    {"GroupsOfOutput",
     {"name: a, op: conv2d, kernel: 1, channels: 4, groups: ^3"},
     {"divisor of the 4 output channels, got 3"}},
    {"NoGroups", {"name: a, op: conv2d, kernel: 1, channels: 4, groups: ^0"}, {"expected a value >= 1"}},
    {"DuplicateName",
     {"name: a, op: softmax", "name: ^a, op: softmax"},
     {"expected a unique name, got \"a\" again, first at net:8:14"}},
    {"NameOfInput", {"name: ^input, op: softmax"}, {"expected a unique name", "first at net:6:10"}},
    {"EmptyName", {"name: ^'', op: softmax"}, {"expected a name, got an empty one"}},
    {"UnknownOperator", {"name: a, op: ^konv2d, kernel: 3"}, {"`subvolt list operators`", "did you mean \"conv2d\"?"}},
    {"UnknownActivation", {"name: a, op: activation, activation: ^rleu"}, {"did you mean \"relu\"?"}},
    {"ActivationOfNothing", {"^name: a, op: activation"}, {"expected one of relu, relu6, relu_n1_to_1"}},
    {"KeyOfAnotherOperator",
     {"name: a, op: depthwise_conv2d, kernel: 3, ^channels: 4"},
     {"depthwise_conv2d has no \"channels\"", "multiplier"}},
    {"KeyWhereThereIsNone", {"name: a, op: identity, ^kernel: 4"}, {"expected only name, op and input"}},
    {"UnknownKey", {"name: a, op: conv2d, ^kernal: 3, channels: 4"}, {"kernal", "kernel"}},
    {"MissingName", {"^op: softmax"}, {"name"}},
    {"MissingOperator", {"^name: a"}, {"op"}},
    {"KernelOfThree",
     {"name: a, op: conv2d, kernel: ^3x3x3, channels: 4"},
     {"conv2d has windows without a depth", "3x5", "got 3x3x3"}},
    {"KernelOfText", {"name: a, op: conv2d, kernel: ^big, channels: 4"}, {"a window such as 3", "\"big\""}},
    {"OctalKernel", {"name: a, op: conv2d, kernel: ^03, channels: 4"}, {"got \"03\""}},
    {"FractionalStride", {"name: a, op: conv2d, kernel: 3, stride: ^1.5, channels: 4"}, {"got \"1.5\""}},
    {"PaddingOfTwo", {"name: a, op: conv2d, kernel: 3, padding: ^[1, 1], channels: 4"}, {"got [1, 1]"}},
    {"NegativePadding", {"name: a, op: conv2d, kernel: 3, padding: ^-1, channels: 4"}, {"got \"-1\""}},
    {"ReshapeToOtherSize", {"name: a, op: reshape, shape: ^4x4x4"}, {"expected the 3072 elements", "got 64"}},
    {"HugeChannels",
     {"name: a, op: fully_connected, channels: ^9000000000000000000"},
     {"expected sizes from 1 to 2,147,483,647"}},
    {"HugeMultiplier",
     {"^name: a, op: depthwise_conv2d, kernel: 1, multiplier: 2000000000"},
     {"output shape 32x32x6000000000"}},
    {"HugeReach",
     {"^name: a, op: max_pool, kernel: 2000000000, stride: 1", "name: b, op: softmax"},
     {"operations exceed the limit of 2^53"}},
    {"HugeDilation",
     {"name: a, op: conv2d, kernel: 2, dilation: ^2147483647, channels: 1"},
     {"the window spans 2147483648x2147483648", "expected at most 2,147,483,647"}},
    {"HugeMacs", {"^name: a, op: conv2d, kernel: 30000, channels: 2147483647"}, {"MACs exceed the limit of 2^53"}},
    {"HugeTotal",
     {"name: a, op: conv2d, kernel: 1024, padding: same, channels: 1048576",
      "name: b, op: conv2d, kernel: 90, channels: 1048576, input: input",
      "^name: c, op: conv2d, kernel: 1050, channels: 2000000, input: input"},
     {"the MACs up to this layer exceed the limit of 2^53"}},
};

INSTANTIATE_TEST_SUITE_P(All, NetworkMistake, testing::ValuesIn(kMistakes),
                         [](const auto& info) { return info.param.name; });

TEST(NetworkErrors, ComeTogetherInFileOrder) {
  const auto errors =
      mistakes_of(kImage, {"name: a, op: conv2d, kernel: 3", "name: b, op: softmax, input: input",
                           "name: c, op: conv2d, kernel: 1, channels: 6, groups: 4", "name: d, op: softmax, input: x"});
  EXPECT_THAT(errors, ElementsAre(StartsWith("net:8:7: "), StartsWith("net:10:61: "), StartsWith("net:11:37: ")));
}

TEST(NetworkErrors, DoNotBlameLayersBehindAFaultyOne) {
  const auto errors =
      mistakes_of(kImage, {"name: a, op: conv2d, kernel: 3", "name: b, op: conv2d, kernel: 3, channels: 4",
                           "name: c, op: add, inputs: [a, b]", "name: d, op: softmax"});
  EXPECT_THAT(errors, ElementsAre(HasSubstr("layer \"a\"")));
}

TEST(NetworkErrors, InputMustBeUsed) {
  // A single input is always read by the first layer, so only a network of several can leave one out.
  network::NetworkSpec spec;
  spec.name = "two inputs";
  for (const char* name : {"left", "right"}) {
    network::InputSpec input;
    input.name = name;
    input.shape = {1, 1, 8};
    input.origin = config::Node::map({"net", name[0] == 'l' ? 1 : 2, 1}, name);
    spec.inputs.push_back(input);
  }
  network::LayerSpec layer;
  layer.name = "a";
  layer.op = network::Operator("softmax");
  layer.input = "left";
  layer.origin = config::Node::map({"net", 3, 1}, "a");
  spec.layers = {layer};
  config::Diagnostics diagnostics;
  build_network(spec, diagnostics);
  ASSERT_EQ(diagnostics.errors().size(), 1u);
  EXPECT_EQ(diagnostics.errors()[0].text(), "net:2:1: right: input \"right\": expected a layer that uses it, got none");
}

// Formats that are no text, such as ONNX and TFLite, may hold any bytes where names are; results are UTF-8.
TEST(NetworkErrors, NamesAreText) {
  network::NetworkSpec spec;
  spec.name = "n";
  network::InputSpec input;
  input.name = "x";
  input.shape = {1, 1, 8};
  input.origin = config::Node::null({"net", 1, 1}, "");
  spec.inputs = {input};
  network::LayerSpec layer;
  layer.name = "a\xEF";
  layer.op = network::Operator("softmax");
  layer.origin = config::Node::null({"net", 2, 1}, "");
  spec.layers = {layer};
  const auto mistakes = [&] {
    config::Diagnostics diagnostics;
    build_network(spec, diagnostics);
    std::string text;
    for (const config::Diagnostic& d : diagnostics.errors()) text += d.text() + "\n";
    return text;
  };
  EXPECT_EQ(mistakes(), "net:2:1: the name of a layer is no valid UTF-8: \"a\\xEF\"\n");
  spec.layers[0].name = "a";
  EXPECT_EQ(mistakes(), "");
  spec.layers[0].source_op = "\xFFop";
  EXPECT_EQ(mistakes(), "net:2:1: the operator of a layer is no valid UTF-8: \"\\xFFop\"\n");
  spec.layers[0].source_op.clear();
  spec.inputs[0].name = "\x80";
  EXPECT_EQ(mistakes(), "net:1:1: the name of an input is no valid UTF-8: \"\\x80\"\n");
}

TEST(NetworkErrors, OfTheInput) {
  const std::vector<std::string> layers = {"name: a, op: softmax"};
  EXPECT_THAT(mistakes_of("{shape: 4y4}", layers),
              ElementsAre(StartsWith("net:6:18: network.input.shape: expected a shape")));
  EXPECT_THAT(mistakes_of("{shape: 0x4x4}", layers),
              ElementsAre(HasSubstr("net:6:18: network.input.shape: input \"input\"")));
  EXPECT_THAT(mistakes_of("{shape: 2147483647x2147483647x4}", layers), ElementsAre(HasSubstr("its elements exceed")));
  EXPECT_THAT(mistakes_of("{shape: 90000000x90000000x1, type: int16}", layers),
              testing::Contains(HasSubstr("net:6:18")));
  EXPECT_THAT(mistakes_of("{shape: 4, type: int99}", layers),
              ElementsAre(StartsWith("net:6:27: network.input.type: ")));
  EXPECT_THAT(mistakes_of("{}", layers), ElementsAre(HasSubstr("shape")));
  EXPECT_THAT(mistakes_of("32x32x3", layers), ElementsAre(StartsWith("net:6:10: network.input: ")));
  EXPECT_THAT(mistakes_of(kImage, layers), IsEmpty());
}

TEST(NetworkErrors, OfTheWholeNetwork) {
  const std::string head = "schema: network/1\nnetwork:\n  name: x\n  input: {shape: 4}\n";
  EXPECT_THAT(mistakes_in(head + "  layers: []\n"), ElementsAre(StartsWith("net:5:11: network.layers: expected")));
  EXPECT_THAT(mistakes_in(head), ElementsAre(HasSubstr("layers")));
  EXPECT_THAT(mistakes_in(head + "  layers: 4\n"), ElementsAre(StartsWith("net:5:11: network.layers: expected")));
  EXPECT_THAT(mistakes_in(head + "  layers:\n    - {name: a, op: softmax}\n  layer: 4\n"),
              ElementsAre(HasSubstr("did you mean \"layers\"?")));
  EXPECT_THAT(
      mistakes_in(
          "schema: network/1\nnetwork:\n  name: ''\n  input: {shape: 4}\n  layers:\n    - {name: a, op: softmax}\n"),
      ElementsAre(StartsWith("net:3:9: network.name: expected a name")));
}

}  // namespace
}  // namespace subvolt::test
