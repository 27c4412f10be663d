// Is the leading dimension a batch where each inference goes its own way, and nowhere else?
#include <gtest/gtest.h>

#include "sim/network/network_spec.h"
#include "sim/network/yaml/yaml_writer.h"
#include "tests/unit/network_text.h"
#include "tests/unit/onnx_model.h"

namespace subvolt::test {
namespace {

using Lines = std::vector<std::string>;

std::int64_t batch_of(const std::string& shape, const Lines& layers) {
  return network_of("{shape: " + shape + "}", layers).batch;
}

const Lines kCnn = {"name: conv, op: conv2d, kernel: 3, channels: 8",
                    "name: pool, op: max_pool, kernel: 2",
                    "name: sum, op: add, inputs: [pool, pool]",
                    "name: flat, op: reshape, shape: [8, 128]",
                    "name: fc, op: fully_connected, channels: 10, keep_dims: true",
                    "name: softmax, op: softmax"};

TEST(Batch, ImagesOfACnn) { EXPECT_EQ(batch_of("8x8x8x3", kCnn), 8); }

TEST(Batch, ALayerOverAllOfItsInputMakesNone) {
  EXPECT_EQ(batch_of("8x16", {"name: fc, op: fully_connected, channels: 8"}), 1);
}

TEST(Batch, OneImageIsNone) {
  EXPECT_EQ(batch_of("1x8x8x3", {kCnn[0], kCnn[1]}), 1);
  EXPECT_EQ(batch_of("8x8x3", {kCnn[0], kCnn[1]}), 1) << "lines of an image";
}

TEST(Batch, LinesOfSoundAreNone) {
  EXPECT_EQ(batch_of("49x10", {"name: conv, op: conv1d, kernel: 3, channels: 8"}), 1);
  EXPECT_EQ(batch_of("4x49x10", {"name: conv, op: conv1d, kernel: 3, channels: 8"}), 4);
}

TEST(Batch, StepsOfARecurrentLayerAreNone) {
  EXPECT_EQ(batch_of("28x10", {"name: lstm, op: lstm, units: 20"}), 1);
  EXPECT_EQ(batch_of("4x28x10", {"name: lstm, op: lstm, units: 20"}), 4);
  EXPECT_EQ(batch_of("28x4x10", {"name: lstm, op: lstm, units: 20, axes: [0]"}), 1) << "time first";
  EXPECT_EQ(batch_of("4x28x10", {"name: turn, op: transpose, order: [1, 0, 2]",
                                 "name: lstm, op: lstm, units: 20, axes: [0], last_only: true"}),
            4);
}

TEST(Batch, TokensThatSeeEachOtherAreNone) {
  const Lines attention = {"name: scores, op: batch_matmul, inputs: [input, input], transpose_b: true",
                           "name: softmax, op: softmax", "name: mixed, op: batch_matmul, inputs: [softmax, input]"};
  EXPECT_EQ(batch_of("16x64", attention), 1);
  EXPECT_EQ(batch_of("4x16x64", attention), 4);
}

TEST(Batch, ATableOfPositionsMakesNone) {
  const auto with_table = [](const std::string& shape) {
    return Lines{"name: add, op: add, constants: [{role: operand, shape: " + shape + "}]",
                 "name: fc, op: fully_connected, channels: 4, keep_dims: true"};
  };
  EXPECT_EQ(batch_of("16x64", with_table("16x64")), 1);
  EXPECT_EQ(batch_of("16x64", with_table("64")), 16) << "vectors that never meet";
}

TEST(Batch, SumsSlicesAndJoinsAlongItMakeNone) {
  EXPECT_EQ(batch_of("4x8", {"name: y, op: mean, axes: [0], keep_dims: true"}), 1);
  EXPECT_EQ(batch_of("4x8x8", {"name: y, op: mean, axes: [1]"}), 4);
  EXPECT_EQ(batch_of("4x8", {"name: y, op: slice, axes: [0], begin: [0], end: [2]"}), 1);
  EXPECT_EQ(batch_of("4x8", {"name: y, op: concat, inputs: [input, input], axes: [0]"}), 1);
  EXPECT_EQ(batch_of("4x8", {"name: y, op: concat, inputs: [input, input], axes: [1]"}), 4);
  EXPECT_EQ(batch_of("4x8", {"name: y, op: softmax, axes: [0]"}), 1);
}

TEST(Batch, WhatDependsOnThePlaceInItMakesNone) {
  EXPECT_EQ(batch_of("8x8", {"name: mask, op: trilu"}), 1);
  EXPECT_EQ(batch_of("4x8x8", {"name: mask, op: trilu"}), 4);
}

TEST(Batch, AReshapeMayMergeItAndPartItAgain) {
  EXPECT_EQ(batch_of("4x16x64", {"name: rows, op: reshape, shape: [64, 64]",
                                 "name: fc, op: fully_connected, channels: 32, keep_dims: true",
                                 "name: back, op: reshape, shape: [4, 16, 32]"}),
            4);
  EXPECT_EQ(batch_of("4x16x64", {"name: rows, op: reshape, shape: [64, 64]"}), 1) << "it leads no output";
  EXPECT_EQ(batch_of("4x6", {"name: other, op: reshape, shape: [6, 4]", "name: back, op: reshape, shape: [4, 6]"}), 1);
}

TEST(Batch, AllInputsAndOutputsShareIt) {
  const std::string start = "schema: network/1\nnetwork:\n  name: two\n  inputs:\n    - {name: a, shape: 4x8}\n";
  const auto with = [&](const std::string& b, const std::string& layers) {
    return network_from(start + "    - {name: b, shape: " + b + "}\n  layers:\n" + layers).batch;
  };
  const std::string sum = "    - {name: y, op: add, inputs: [a, b]}\n";
  EXPECT_EQ(with("4x8", sum), 4);
  EXPECT_EQ(with("1x8", sum), 4) << "serves all of them";
  EXPECT_EQ(with("8", sum), 4);
  EXPECT_EQ(with("4x8", "    - {name: y, op: batch_matmul, inputs: [a, b], transpose_b: true}\n"), 1)
      << "every one against every other";
  EXPECT_EQ(with("2x8", "    - {name: y, op: exp, input: a}\n    - {name: z, op: exp, input: b}\n"), 1)
      << "an output without it";
}

std::int64_t batch_of_two(const std::string& op, const Sizes& a, const Sizes& b) {
  OnnxModel m;
  m.input("a", a).input("b", b).output("d");
  m.node(op, {"a", "b"}, {"c"});
  m.node("Relu", {"c"}, {"d"});
  return m.read().batch;
}

// A product of two inputs is one inference's, however it is spelt; with parameters, each row is one.
TEST(Batch, RowsOfAMatrixThatAnotherInputMultipliesAreNone) {
  EXPECT_EQ(batch_of_two("MatMul", {8, 16}, {16}), 1);
  EXPECT_EQ(batch_of_two("MatMul", {8, 16}, {16, 4}), 1);
  EXPECT_EQ(batch_of_two("MatMul", {8, 4, 16}, {16, 4}), 1);
  EXPECT_EQ(batch_of_two("MatMul", {8, 4, 16}, {16}), 1);
  EXPECT_EQ(batch_of_two("MatMul", {16}, {16, 4}), 1);
  EXPECT_EQ(batch_of_two("MatMul", {4, 16}, {8, 16, 4}), 1);
  EXPECT_EQ(batch_of_two("Gemm", {8, 16}, {16, 4}), 1);
  EXPECT_EQ(batch_of_two("Mul", {8, 16}, {16}), 1);
  EXPECT_EQ(batch_of_two("MatMul", {8, 4, 16}, {8, 16, 4}), 8);
  EXPECT_EQ(batch_of_two("MatMul", {8, 4, 16}, {1, 16, 4}), 8);
  EXPECT_EQ(batch_of_two("Mul", {8, 16}, {1, 16}), 8);
  EXPECT_EQ(batch_of_two("Mul", {8, 16}, {1}), 8) << "a scalar";
  for (const Sizes& sizes : {Sizes{16}, Sizes{16, 4}}) {
    OnnxModel m;
    m.input("x", {8, 16}).output("y");
    m.shapeless("w", sizes);
    m.node("MatMul", {"x", "w"}, {"y"});
    EXPECT_EQ(m.read().batch, 8);
  }
}

TEST(Batch, AFileMaySayIt) {
  const auto text = [](const std::string& batch) {
    return "schema: network/1\nnetwork:\n  name: n\n  batch: " + batch +
           "\n  input: {shape: 16x64}\n  layers:\n    - {name: y, op: exp}\n";
  };
  EXPECT_EQ(network_from(text("1")).batch, 1);
  EXPECT_EQ(network_from(text("4")).batch, 4);
  for (const std::string bad : {"0", "-1", "7"}) {
    EXPECT_EQ(mistakes_in(text(bad)), Lines{"net:4:10: network.batch: expected a batch from 1 that divides the leading "
                                            "dimension of an input, got " +
                                            bad});
  }
}

TEST(Batch, SurvivesYaml) {
  for (const network::Network& n :
       {network_of("{shape: 8x8x8x3}", kCnn), network_from("schema: network/1\nnetwork:\n  name: n\n  batch: 1\n  "
                                                           "input: {shape: 16x64}\n  layers:\n"
                                                           "    - {name: y, op: exp}\n")}) {
    const network::Network again = network_from(network::yaml_of(network::spec_of(n)));
    EXPECT_EQ(again.batch, n.batch);
  }
  const std::string yaml = network::yaml_of(network::spec_of(network_of("{shape: 1x8x8x3}", {kCnn[0]})));
  EXPECT_EQ(yaml.find("batch"), yaml.npos) << "one inference goes without saying";
}

TEST(Batch, ChannelsFirst) {
  OnnxModel m;
  m.input("x", {8, 3, 8, 8}).output("y");
  m.shapeless("w", {4, 3, 3, 3});
  m.node("Conv", {"x", "w"}, {"c"});
  m.node("GlobalAveragePool", {"c"}, {"p"});
  with(m.node("Flatten", {"p"}, {"y"}), "axis", 1);
  EXPECT_EQ(m.read().batch, 8);
}

}  // namespace
}  // namespace subvolt::test
