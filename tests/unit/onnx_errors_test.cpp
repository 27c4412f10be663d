// Is a damaged ONNX file refused with an error at its place, whatever is wrong with it?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/unit/onnx_model.h"

namespace subvolt::test {
namespace {

using testing::HasSubstr;

TEST(OnnxErrors, AbsurdSizesAreRefused) {
  for (const Sizes& sizes : {Sizes{1, -4}, Sizes{1, INT64_MAX}, Sizes{1 << 30, 1 << 30}}) {
    OnnxModel m;
    m.input("x", {1, 4}).output("y");
    m.shapeless("w", sizes);
    m.node("Add", {"x", "w"}, {"y"});
    EXPECT_THAT(m.error(), HasSubstr("m.onnx: constant w: shape ")) << sizes.back();
  }
  OnnxModel m;
  m.input("x", {1, 4}).output("y");
  m.integers("shape", {3}, {1 << 30, 1 << 30, 1 << 30});
  m.node("Expand", {"x", "shape"}, {"y"});
  EXPECT_THAT(m.error(), HasSubstr("operator 0, Expand: "));
}

TEST(OnnxErrors, BytesThatAreNoModelAreRefused) {
  OnnxModel m;
  m.input("x", {4}).output("y");
  m.node("Relu", {"x"}, {"y"});
  const std::string whole = m.text();
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, whole.size() / 2, whole.size() - 1}) {
    const auto* data = reinterpret_cast<const std::uint8_t*>(whole.data());
    try {
      network::read_onnx(data, size, "m.onnx");
      FAIL() << size;
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), ErrorKind::kConfiguration);
      EXPECT_THAT(e.what(), HasSubstr("m.onnx: "));
    }
  }
}

TEST(OnnxErrors, AnOperatorThatContradictsItsDefinitionIsRefused) {
  OnnxModel m;
  m.input("x", {1, 4}).output("y");
  m.node("Relu", {"x", "x"}, {"y"});
  EXPECT_THAT(m.error(), HasSubstr("operator 0, Relu: "));
  OnnxModel pool;
  pool.input("x", {1, 4, 8, 8}).output("y");
  auto& node = pool.node("MaxPool", {"x"}, {"y"});
  with_sizes(node, "kernel_shape", {2, 2});
  with_sizes(node, "strides", {0, 2});
  EXPECT_THAT(pool.error(), HasSubstr("operator 0, MaxPool: attribute strides: expected integers from 1"));
}

// Found by mutating models: what libonnx 1.12 or the reader did not survive.

TEST(OnnxErrors, WindowsNeedAsManyDimensionsAsTheirInput) {
  OnnxModel m;
  m.input("x", {1, 1, 3, 3}, onnx::TensorProto::UINT8)
      .input("w", {1, 1, 2, 2, 1}, onnx::TensorProto::UINT8)
      .output("y");
  with_sizes(m.node("ConvInteger", {"x", "w"}, {"y"}), "pads", {1, 1, 1, 1});
  EXPECT_THAT(m.error(),
              HasSubstr("operator 0, ConvInteger: expected weights of as many dimensions as 1x1x3x3, got 1x1x2x2x1"));
  OnnxModel flat;
  flat.input("x", {3, 5}).input("w", {5}).output("y");
  flat.node("ConvTranspose", {"x", "w"}, {"y"});
  EXPECT_THAT(flat.error(),
              HasSubstr("operator 0, ConvTranspose: expected an input of at least 3 dimensions, got 3x5"));
}

// No message tells of a tensor of -3 rows.
TEST(OnnxErrors, WhatLeavesLessThanNothingSaysWhatIsTooLarge) {
  for (const std::size_t rank : {3, 4, 5}) {
    Sizes input(rank, 3), weights(rank, 7);
    const Sizes window(rank - 2, 7);
    input[1] = weights[1] = 4;
    const std::string left = "nothing is left of dimension 2 of its input " + network::Shape(input).text();
    OnnxModel conv;
    conv.input("x", input).output("y");
    conv.shapeless("w", weights);
    conv.node("Conv", {"x", "w"}, {"y"});
    EXPECT_THAT(conv.error(), HasSubstr("operator 0, Conv: " + left));
    for (const char* op : {"MaxPool", "AveragePool", "LpPool"}) {
      OnnxModel pool;
      pool.input("x", input).output("y");
      with_sizes(pool.node(op, {"x"}, {"y"}), "kernel_shape", window);
      EXPECT_THAT(pool.error(), HasSubstr(left)) << op;
    }
    OnnxModel pad;
    Sizes pads(2 * rank, 0);
    pads[2] = pads[rank + 2] = -3;
    pad.input("x", input).output("y");
    pad.integers("p", {static_cast<std::int64_t>(pads.size())}, pads);
    pad.node("Pad", {"x", "p"}, {"y"});
    EXPECT_THAT(pad.error(), HasSubstr("operator 0, Pad: " + left));
  }
  OnnxModel tile;
  tile.input("x", {1, 4, 3}).output("y");
  tile.integers("n", {3}, {1, -2, 1});
  tile.node("Tile", {"x", "n"}, {"y"});
  EXPECT_THAT(tile.error(), HasSubstr("operator 0, Tile: dimension 1 of its output would be smaller than nothing"));
}

TEST(OnnxErrors, AnOperandOfABillionSizesIsRefusedBeforeTheyAreMade) {
  OnnxModel m;
  m.input("x", {4}).output("y");
  m.shapeless("shape", {1000000007}, onnx::TensorProto::INT64);
  m.node("ConstantOfShape", {"shape"}, {"c"});
  m.node("Add", {"x", "c"}, {"y"});
  EXPECT_THAT(m.error(), HasSubstr("operator 0, ConstantOfShape: expected at most 64 sizes, got 1000000007"));
}

TEST(OnnxErrors, AxesThatAreNotThereAreRefused) {
  OnnxModel norm(17);
  norm.input("x", {3}).input("s", {3}).output("y");
  with(norm.node("LayerNormalization", {"x", "s"}, {"y"}), "axis", -2);
  EXPECT_THAT(norm.error(), HasSubstr("operator 0, LayerNormalization: expected an axis from -1 to 0, got -2"));
  OnnxModel gather;
  gather.input("x", {2, 2, 2}).input("i", {2, 1}, onnx::TensorProto::INT64).output("y");
  with(gather.node("GatherND", {"x", "i"}, {"y"}), "batch_dims", -3);
  EXPECT_THAT(gather.error(), HasSubstr("operator 0, GatherND: attribute batch_dims"));
  OnnxModel groups(18);
  groups.input("x", {3}).input("s", {3}).input("b", {3}).output("y");
  groups.node("GroupNormalization", {"x", "s", "b"}, {"y"});
  EXPECT_THAT(groups.error(), HasSubstr("operator 0, GroupNormalization: "));
}

TEST(OnnxErrors, ScalesAreNumbers) {
  for (const float scale : {NAN, HUGE_VALF, -1.0F}) {
    OnnxModel m;
    m.input("x", {4}).output("y");
    m.reals("s", {}, {scale}).bytes("z", {}, {0});
    m.node("QuantizeLinear", {"x", "s", "z"}, {"y"});
    EXPECT_THAT(m.error(), HasSubstr("operator 0, QuantizeLinear: expected scales of at least 0, got ")) << scale;
  }
}

TEST(OnnxErrors, AnOperatorWithMoreOutputsThanItCanHasNoneThatAreComputed) {
  OnnxModel m(18);  // younger than libonnx, which then does not check
  m.input("x", {4}).output("y").output("w");
  m.integers("a", {1}, {4});
  with(m.node("Concat", {"a"}, {"c", "w"}), "axis", 0);
  m.node("Reshape", {"x", "c"}, {"y"});
  EXPECT_NE(m.error(), "");
}

TEST(OnnxErrors, AnOutputThatNothingComputesLeavesNothingToRun) {
  OnnxModel m;
  m.input("x", {4}).output("x");
  m.node("Relu", {"x"}, {"y"});
  EXPECT_THAT(m.error(), HasSubstr("m.onnx: expected an output that an operator computes"));
}

}  // namespace
}  // namespace subvolt::test
