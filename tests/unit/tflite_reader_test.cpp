// What a TFLite file says becomes a layer: names, attributes, constants, types.
#include <gtest/gtest.h>

#include "tests/support/tflite_file.h"

namespace subvolt::network {
namespace {

using test::TensorOptions;
using test::TfliteFile;
using Op = test::format::BuiltinOperator;
using Type = test::format::TensorType;
namespace format = test::format;

TEST(TfliteReader, ReadsAConvolution) {
  const Network network = test::convolution().read();
  EXPECT_EQ(network.name, "model");
  EXPECT_EQ(network.sha256.size(), 64u);
  ASSERT_EQ(network.layers.size(), 1u);
  const Layer& layer = network.layers.front();
  EXPECT_EQ(layer.name, "y");
  EXPECT_TRUE(layer.op.is("conv2d"));
  EXPECT_EQ(layer.source_op, "CONV_2D");
  EXPECT_EQ(layer.location.text(), "model.tflite: operator 0, CONV_2D");
  EXPECT_EQ(layer.macs, 2 * 2 * 2 * 9);
  EXPECT_EQ(layer.activation(), Activation::kRelu6);
  EXPECT_EQ(layer.window.stride_height, 2);
  EXPECT_EQ(layer.window.pad_top, 0);  // the odd line of padding lies behind
  EXPECT_EQ(layer.window.pad_bottom, 1);
  EXPECT_EQ(network.input_of(layer).quantization->zero_point, -3);
  EXPECT_EQ(network.input_of(layer).quantization->scale, 0.5);
  EXPECT_EQ(network.outputs.size(), 1u);
}

TEST(TfliteReader, ConstantsHaveNameZerosAndScales) {
  const Network network = test::convolution().read();
  const Layer& layer = network.layers.front();
  const Constant* weights = layer.constant(Role::kWeights);
  ASSERT_NE(weights, nullptr);
  EXPECT_EQ(weights->name, "w");
  EXPECT_EQ(weights->zeros, 2);
  EXPECT_EQ(weights->quantization->scales, 2);
  EXPECT_EQ(weights->quantization->scale, 0.125);
  EXPECT_EQ(weights->quantization->scale_max, 0.25);
  const Constant* bias = layer.constant(Role::kBias);
  ASSERT_NE(bias, nullptr);
  EXPECT_EQ(bias->type, ElementType::kInt32);
  EXPECT_EQ(bias->zeros, 1);
  EXPECT_EQ(layer.parameters(), 20);
  EXPECT_EQ(layer.parameter_bytes(), Bytes(26));
}

TEST(TfliteReader, NamesAreMadeUnique) {
  TfliteFile file;
  const int x = file.tensor("a", {4});
  const int y = file.tensor("a", {4});
  const int z = file.tensor("", {4});
  file.inputs({x});
  file.outputs({z});
  file.op(Op::RELU, {x}, {y});
  file.op(Op::TANH, {y}, {z});
  const Network network = file.read();
  EXPECT_EQ(network.layers[0].name, "a#2");
  EXPECT_EQ(network.layers[1].name, "operator_1");
  EXPECT_EQ(network.input_of(network.layers[1]).name, "a#2");
}

TEST(TfliteReader, AConstantOfTwoOperatorsCountsOnce) {
  TfliteFile file;
  const int x = file.tensor("x", {4});
  const int c = file.constant("c", {4}, Type::INT8, {1, 2, 0, 4});
  const int y = file.tensor("y", {4});
  const int z = file.tensor("z", {4});
  file.inputs({x});
  file.outputs({z});
  file.op(Op::ADD, {x, c}, {y});
  file.op(Op::MUL, {c, y}, {z});
  const Network network = file.read();
  EXPECT_EQ(network.parameters(), 4);
  EXPECT_FALSE(network.layers[0].constants.at(0).shared);
  EXPECT_TRUE(network.layers[1].constants.at(0).shared);
  EXPECT_EQ(network.layers[1].constants.at(0).name, "c");
  EXPECT_EQ(network.layers[1].constants.at(0).role, Role::kOperand);
}

// Equal bytes may share a buffer and still be two parameters.
TEST(TfliteReader, TensorsThatShareABufferCountEach) {
  TfliteFile file;
  const int buffer = file.buffer({1, 2, 3, 4});
  const int x = file.tensor("x", {4});
  const int c = file.tensor_of_buffer("c", {4}, Type::INT8, buffer);
  const int d = file.tensor_of_buffer("c", {4}, Type::INT8, buffer);
  const int y = file.tensor("y", {4});
  const int z = file.tensor("z", {4});
  file.inputs({x});
  file.outputs({z});
  file.op(Op::ADD, {x, c}, {y});
  file.op(Op::ADD, {y, d}, {z});
  const Network network = file.read();
  EXPECT_EQ(network.parameters(), 8);
  EXPECT_EQ(network.layers[1].constants.at(0).name, "c#2");
}

TEST(TfliteReader, HalfPrecisionWeightsAreInputs) {
  TfliteFile file;
  const int x = file.tensor("x", {1, 4}, Type::FLOAT32);
  const int half = file.constant("half", {2, 4}, Type::FLOAT16, std::vector<std::uint8_t>(16, 0));
  const int w = file.tensor("w", {2, 4}, Type::FLOAT32);
  const int y = file.tensor("y", {1, 2}, Type::FLOAT32);
  file.inputs({x});
  file.outputs({y});
  file.op(Op::DEQUANTIZE, {half}, {w});
  file.op(Op::FULLY_CONNECTED, {x, w, -1}, {y}, format::CreateFullyConnectedOptions(file.builder()));
  const Network network = file.read();
  EXPECT_TRUE(network.layers[0].inputs.empty());
  EXPECT_EQ(network.layers[0].parameter_bytes(), Bytes(16));
  EXPECT_EQ(network.layers[0].constants.at(0).zeros, 8);
  EXPECT_EQ(network.layers[1].inputs.size(), 2u);
  EXPECT_TRUE(network.layers[1].constants.empty());
  EXPECT_EQ(network.layers[1].macs, 8);
}

TEST(TfliteReader, AnUnknownOperatorIsCustom) {
  TfliteFile file;
  const int x = file.tensor("x", {4});
  const int c = file.constant("c", {2}, Type::INT8, {1, 2});
  const int y = file.tensor("y", {7}, Type::INT16);
  const int z = file.tensor("z", {7}, Type::INT16);
  file.inputs({x});
  file.outputs({z});
  file.custom("Magic", {x, c}, {y});
  file.op(Op::UNIQUE, {y}, {z});
  const Network network = file.read();
  EXPECT_TRUE(network.layers[0].op.is("custom"));
  EXPECT_EQ(network.layers[0].source_op, "CUSTOM:Magic");
  EXPECT_EQ(network.layers[0].constants.size(), 1u);
  EXPECT_EQ(network.output_of(network.layers[0]).type, ElementType::kInt16);
  EXPECT_EQ(network.layers[1].source_op, "UNIQUE");
  EXPECT_TRUE(network.layers[1].op.is("custom"));
}

TEST(TfliteReader, OpenSizesTakeWhatFollows) {
  TfliteFile file;
  TensorOptions open;
  open.signature = {-1, 4};
  const int x = file.tensor("x", {2, 4}, Type::INT8, open);
  const int y = file.tensor("y", {1, 4}, Type::INT8, open);
  file.inputs({x});
  file.outputs({y});
  file.op(Op::RELU, {x}, {y});
  const Network network = file.read();
  EXPECT_EQ(network.output_of(network.layers[0]).shape, (Shape{2, 4}));
}

TEST(TfliteReader, DataMayLieBehindTheTables) {
  TfliteFile file;
  const int x = file.tensor("x", {16});
  // The tables of this file take less than 4096 bytes.
  const int c = file.tensor_of_buffer("c", {16}, Type::INT8, file.buffer_at(4096, 16));
  const int y = file.tensor("y", {16});
  file.inputs({x});
  file.outputs({y});
  file.op(Op::ADD, {x, c}, {y});
  std::vector<std::uint8_t> bytes = file.bytes();
  bytes.resize(4096, 1);
  EXPECT_NE(test::error_of(bytes).find("16 bytes at offset 4096"), std::string::npos) << test::error_of(bytes);
  bytes.resize(4112, 1);
  EXPECT_EQ(test::error_of(bytes), "");
}

}  // namespace
}  // namespace subvolt::network
