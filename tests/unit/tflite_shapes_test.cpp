// Files that leave sizes open: who says them, and what follows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "tests/support/tflite_file.h"

namespace subvolt::network {
namespace {

using test::TensorOptions;
using test::TfliteFile;
using testing::HasSubstr;
using Op = test::format::BuiltinOperator;
using Type = test::format::TensorType;
namespace format = test::format;

TensorOptions open(const std::vector<std::int32_t>& signature) {
  TensorOptions options;
  options.signature = signature;
  return options;
}

// A picture of open size through a convolution to its mean per channel, then two classes.
TfliteFile classifier(const std::vector<std::int32_t>& signature) {
  TfliteFile file;
  const int x = file.tensor("x", {1, 1, 1, 3}, Type::INT8, open(signature));
  const int w = file.constant("w", {4, 3, 3, 3}, Type::INT8, std::vector<std::uint8_t>(108, 1));
  const int y = file.tensor("y", {1, 1, 1, 4}, Type::INT8, open({-1, -1, -1, 4}));
  const int axes = file.integers("axes", {1, 2});
  const int mean = file.tensor("mean", {1, 1, 1, 4}, Type::INT8, open({-1, 1, 1, 4}));
  const int shape = file.integers("shape", {-1, 4});
  const int flat = file.tensor("flat", {1, 4}, Type::INT8, open({-1, 4}));
  const int fc = file.constant("fc", {2, 4}, Type::INT8, std::vector<std::uint8_t>(8, 1));
  const int classes = file.tensor("classes", {1, 2}, Type::INT8, open({-1, 2}));
  file.inputs({x});
  file.outputs({classes});
  file.op(Op::CONV_2D, {x, w, -1}, {y}, format::CreateConv2DOptions(file.builder(), format::Padding::SAME, 2, 2));
  file.op(Op::MEAN, {y, axes}, {mean}, format::CreateReducerOptions(file.builder(), true));
  file.op(Op::RESHAPE, {mean, shape}, {flat});
  file.op(Op::FULLY_CONNECTED, {flat, fc, -1}, {classes}, format::CreateFullyConnectedOptions(file.builder()));
  return file;
}

TEST(TfliteShapes, AnOpenBatchIsThatOfTheFile) { EXPECT_EQ(classifier({-1, 1, 1, 3}).read().macs(), 4 * 27 + 8); }

TEST(TfliteShapes, OtherOpenSizesMustBeGiven) {
  EXPECT_EQ(classifier({-1, -1, -1, 3}).error(),
            "model.tflite: input 0: tensor \"x\": its sizes [-1, -1, -1, 3] are not fixed: expected them from the "
            "command line, such as --shape x=1,224,224,3");
}

TEST(TfliteShapes, WhatIsGivenGoesThroughToTheEnd) {
  const Network network = classifier({-1, -1, -1, 3}).read({{{"x", {2, 32, 30, 3}}}});
  EXPECT_EQ(network.output_of(network.layers[0]).shape, (Shape{2, 16, 15, 4}));
  EXPECT_EQ(network.output_of(network.layers[3]).shape, (Shape{2, 2}));
  EXPECT_EQ(network.macs(), 2 * 16 * 15 * 4 * 27 + 2 * 8);
}

TEST(TfliteShapes, WhatIsGivenMustFit) {
  EXPECT_THAT(classifier({-1, -1, -1, 3}).error({{{"x", {1, 32, 30, 4}}}}),
              HasSubstr("expected a shape of the sizes [-1, -1, -1, 3], got [1, 32, 30, 4]"));
  EXPECT_THAT(classifier({-1, -1, -1, 3}).error({{{"x", {32, 30, 3}}}}), HasSubstr("got [32, 30, 3]"));
  EXPECT_THAT(classifier({-1, -1, -1, 3}).error({{{"x", {1, 0, 30, 3}}}}), HasSubstr("expected sizes from 1"));
  EXPECT_THAT(classifier({1, 1, 1, 3}).error({{{"y", {1, 1, 1, 3}}}}), HasSubstr("no input \"y\" to give a shape"));
  EXPECT_THAT(classifier({1, 1, 1, 3}).error({{{"x", {2, 1, 1, 3}}}}), HasSubstr("expected a shape of the sizes"));
}

// A reshape that fixes what the input leaves open.
TEST(TfliteShapes, ContradictionsAreErrors) {
  TfliteFile file;
  const int x = file.tensor("x", {1, 4}, Type::INT8, open({-1, 4}));
  const int shape = file.integers("shape", {2, 2});
  const int y = file.tensor("y", {2, 2});
  file.inputs({x});
  file.op(Op::RESHAPE, {x, shape}, {y});
  EXPECT_THAT(file.error({{{"x", {3, 4}}}}), HasSubstr("operator 0, RESHAPE: layer \"y\": expected the 12 elements"));
}

// Of two open inputs: an error that tells of sizes itself gets nothing added, another names those that were given.
TEST(TfliteShapes, ErrorsNameTheSizesThatWereGiven) {
  const auto error = [](const char* name, const ReadOptions& options) {
    TfliteFile file;
    const int x = file.tensor("x", {1, 4}, Type::INT8, open({-1, -1}));
    const int shape = file.integers("shape", {2, 2});
    const int y = file.tensor("y", {2, 2});
    const int z = file.tensor("z", {1, 4}, Type::INT8, open({-1, -1}));
    file.inputs({x, z});
    file.op(Op::RESHAPE, {x, shape}, {y});
    const std::vector<std::uint8_t> bytes = file.bytes();
    const test::TemporaryFolder folder;
    const std::string path = folder.write(name, std::string(bytes.begin(), bytes.end()));
    try {
      read_network(path, {}, options);
    } catch (const Error& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  const std::string unsaid = error("m.tflite", {{{"x", {2, 2}}}});
  EXPECT_THAT(unsaid, HasSubstr("such as --shape z="));
  EXPECT_THAT(unsaid, testing::Not(HasSubstr("sizes of x are those")));
  EXPECT_THAT(error("m.tflite", {{{"x", {3, 4}}, {"z", {1, 1}}}}), HasSubstr("sizes of x, z are those that --shape"));
  EXPECT_THAT(error("--shape.tflite", {{{"x", {3, 4}}, {"z", {1, 1}}}}), HasSubstr("sizes of x, z are those"));
}

}  // namespace
}  // namespace subvolt::network
