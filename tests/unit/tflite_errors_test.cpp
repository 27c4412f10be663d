// What is wrong with a TFLite file is said with the place where it is wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/tflite_file.h"

namespace subvolt::network {
namespace {

using test::error_of;
using test::TfliteFile;
using testing::HasSubstr;
using testing::StartsWith;
using Op = test::format::BuiltinOperator;
using Type = test::format::TensorType;
namespace format = test::format;

std::vector<std::uint8_t> text(const std::string& content) { return {content.begin(), content.end()}; }

TEST(TfliteErrors, OtherFilesAreCalledByWhatTheyAre) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "an empty file"},
      {"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer"},
      {"\n<!DOCTYPE html><html>", "an HTML page"},
      {std::string("\x08\x07\x12\x07pytorch", 11), "an ONNX file"},
      {"PK\x03\x04stuff and more", "a zip archive"},
      {std::string("\x1c\0\0\0TFL2and so on", 17), "a TFLite file of version 2"},
      {"something of some length", "got something else"},
  };
  for (const auto& [content, kind] : cases) {
    EXPECT_THAT(error_of(text(content)), StartsWith("model.tflite: expected a TFLite file"));
    EXPECT_THAT(error_of(text(content)), HasSubstr(kind));
  }
}

TEST(TfliteErrors, ACutFileIsDamaged) {
  std::vector<std::uint8_t> bytes = test::convolution().bytes();
  bytes.resize(bytes.size() / 2);
  EXPECT_THAT(error_of(bytes), HasSubstr("damaged or cut off"));
}

// One RELU on x, y with these operands.
std::string relu(const std::vector<std::int32_t>& inputs, const std::vector<std::int32_t>& outputs) {
  TfliteFile file;
  const int x = file.tensor("x", {4});
  file.tensor("y", {4});
  file.tensor("z", {4});
  file.inputs({x});
  file.op(Op::RELU, inputs, outputs);
  return file.error();
}

TEST(TfliteErrors, OperandsMustBeThere) {
  EXPECT_EQ(relu({0}, {1}), "");
  EXPECT_THAT(relu({7}, {1}), HasSubstr("operator 0, RELU: tensor 7: expected one of the graph's 3"));
  EXPECT_THAT(relu({-5}, {1}), HasSubstr("tensor -5"));
  EXPECT_THAT(relu({}, {1}), HasSubstr("expected operand 0, got none"));
  EXPECT_THAT(relu({2}, {1}), HasSubstr("reads tensor \"z\", which has no data and which nothing made so far"));
  EXPECT_THAT(relu({1}, {1}), HasSubstr("reads tensor \"y\""));
  EXPECT_THAT(relu({0}, {0}), HasSubstr("tensor \"x\" is there already"));
  EXPECT_THAT(relu({0}, {-1}), HasSubstr("tensor -1"));
}

TEST(TfliteErrors, StatedShapesMustFollowFromOperands) {
  TfliteFile file;
  const int x = file.tensor("x", {4});
  const int y = file.tensor("y", {5});
  file.inputs({x});
  file.op(Op::RELU, {x}, {y});
  EXPECT_EQ(file.error(),
            "model.tflite: operator 0, RELU: layer \"y\": expected a result of 4 int8, as follows from its operands, "
            "got 5 int8 in the file");
}

TEST(TfliteErrors, DataMustFillTheTensor) {
  for (const std::int32_t declared : {3, 5, 2000000000}) {
    TfliteFile file;
    const int x = file.tensor("x", {1});
    const int c = file.constant("c", {declared}, Type::INT8, {1, 2, 3, 4});
    const int y = file.tensor("y", {declared});
    file.inputs({x});
    file.op(Op::ADD, {x, c}, {y});
    EXPECT_THAT(file.error(), HasSubstr("operator 0, ADD: tensor \"c\": 4 bytes of data, expected the"));
  }
}

TEST(TfliteErrors, SizesMustBeKnownAndSane) {
  const auto with_input = [](const std::vector<std::int32_t>& shape, Type type = Type::INT8) {
    TfliteFile file;
    const int x = file.tensor("x", shape, type);
    const int y = file.tensor("y", shape, type);
    file.inputs({x});
    file.op(Op::RELU, {x}, {y});
    return file.error();
  };
  EXPECT_THAT(with_input({-1, 4}), HasSubstr("input 0: tensor \"x\": size -1 of dimension 0"));
  EXPECT_THAT(with_input({0, 4}), HasSubstr("expected sizes from 1"));
  EXPECT_THAT(with_input({1 << 30, 1 << 30}), HasSubstr("2^53"));
  EXPECT_THAT(with_input(std::vector<std::int32_t>(20, 1)), HasSubstr("20 dimensions, expected at most 16"));
  EXPECT_THAT(with_input({4}, Type::STRING), HasSubstr("element type STRING"));
}

TEST(TfliteErrors, BuffersAndScalesMustFit) {
  TfliteFile file;
  const int x = file.tensor("x", {4});
  const int c = file.tensor_of_buffer("c", {4}, Type::INT8, 99);
  const int y = file.tensor("y", {4});
  file.inputs({x});
  file.op(Op::ADD, {x, c}, {y});
  EXPECT_THAT(file.error(), HasSubstr("operator 0, ADD: buffer 99: expected one of the file's"));

  TfliteFile scales;
  test::TensorOptions three{{1, 2, 3}, {0, 0, 0}};
  const int in = scales.tensor("x", {4}, Type::INT8, three);
  scales.inputs({in});
  EXPECT_THAT(scales.error(), HasSubstr("3 scales along dimension 0 of 4"));
}

TEST(TfliteErrors, CallsMustHaveATarget) {
  for (const int target : {-1, 0, 1, 2000000000}) {
    TfliteFile file;
    file.op(Op::CALL_ONCE, {}, {}, format::CreateCallOnceOptions(file.builder(), target));
    EXPECT_THAT(file.error(), HasSubstr("operator 0, CALL_ONCE: calls subgraph " + std::to_string(target)));
  }
}

TEST(TfliteErrors, OutputsMustBeMade) {
  TfliteFile file;
  const int x = file.tensor("x", {4});
  const int y = file.tensor("y", {4});
  file.inputs({x});
  file.outputs({y});
  EXPECT_THAT(file.error(), HasSubstr("output 0: tensor \"y\" is not made by any operator"));
}

// A kilobyte that describes a hundred million names.
TEST(TfliteErrors, SharedPartsAreNotReadForever) {
  TfliteFile file;
  auto& builder = file.builder();
  const auto name = builder.CreateString(std::string(100000, 'x'));
  const auto shape = builder.CreateVector(std::vector<std::int32_t>{4});
  const auto tensor = format::CreateTensor(builder, shape, Type::INT8, 0, name);
  std::vector<std::int32_t> indices;
  for (int i = 0; i < 20000; ++i) indices.push_back(i);
  const auto tensors = builder.CreateVector(std::vector<flatbuffers::Offset<format::Tensor>>(20000, tensor));
  const auto graph = format::CreateSubGraph(builder, tensors, builder.CreateVector(indices));
  const auto graphs = builder.CreateVector(std::vector<flatbuffers::Offset<format::SubGraph>>{graph});
  format::FinishModelBuffer(builder, format::CreateModel(builder, 3, 0, graphs));
  const std::vector<std::uint8_t> bytes(builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());
  EXPECT_THAT(error_of(bytes), HasSubstr("shared so often"));
}

}  // namespace
}  // namespace subvolt::network
