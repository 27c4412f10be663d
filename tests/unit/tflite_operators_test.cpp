// Operators whose options or operands need more than copying. Expected values: TensorFlow's documentation of
// tf.strided_slice, tf.split and tf.slice, and the layouts of TensorFlow Lite's kernels (lstm_shared.h, svdf.cc).
#include <gtest/gtest.h>

#include "tests/support/tflite_file.h"

namespace subvolt::network {
namespace {

using test::TfliteFile;
using Op = test::format::BuiltinOperator;
using Type = test::format::TensorType;
using Sizes = std::vector<std::int64_t>;
namespace format = test::format;

struct Slice {
  std::vector<std::int32_t> in, begin, end, step, out;
  int begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask;
};

class TfliteStridedSlice : public testing::TestWithParam<Slice> {};

TEST_P(TfliteStridedSlice, HasTheShapeThatTensorFlowGives) {
  const Slice& s = GetParam();
  TfliteFile file;
  const int x = file.tensor("x", s.in);
  const int begin = file.integers("begin", s.begin);
  const int end = file.integers("end", s.end);
  const int step = file.integers("step", s.step);
  const int y = file.tensor("y", s.out);
  file.inputs({x});
  file.outputs({y});
  file.op(Op::STRIDED_SLICE, {x, begin, end, step}, {y},
          format::CreateStridedSliceOptions(file.builder(), s.begin_mask, s.end_mask, s.ellipsis_mask, s.new_axis_mask,
                                            s.shrink_axis_mask));
  const Network network = file.read();  // refuses a shape other than the stated one
  EXPECT_TRUE(network.layers[0].constants.empty());
  EXPECT_EQ(network.layers[0].inputs.size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(
    Masks, TfliteStridedSlice,
    testing::Values(Slice{{1, 11, 1, 64}, {0, 1, 0, 0}, {0, 0, 0, 0}, {1, 1, 1, 1}, {1, 10, 1, 64}, 13, 15, 0, 0, 0},
                    Slice{{3, 5}, {1, 0}, {2, 5}, {1, 1}, {5}, 0, 0, 0, 0, 1},
                    Slice{{3, 5}, {-1, 0}, {0, 5}, {1, 1}, {5}, 0, 0, 0, 0, 1},
                    Slice{{3, 5}, {0}, {0}, {-1}, {3, 5}, 1, 1, 0, 0, 0},
                    Slice{{2, 3, 4, 5}, {0, 0, 1}, {0, 0, 3}, {1, 1, 1}, {1, 2, 3, 4, 2}, 0, 0, 2, 1, 0},
                    Slice{{4, 6}, {0, 1}, {0, 6}, {1, 2}, {4, 3}, 1, 1, 0, 0, 0},
                    Slice{{7}, {2}, {3}, {1}, {}, 0, 0, 0, 0, 1}));

TEST(TfliteOperators, SliceToTheEnd) {
  TfliteFile file;
  const int x = file.tensor("x", {4, 6});
  const int begin = file.integers("begin", {1, 2});
  const int size = file.integers("size", {2, -1});
  const int y = file.tensor("y", {2, 4});
  file.inputs({x});
  file.outputs({y});
  file.op(Op::SLICE, {x, begin, size}, {y});
  const Network network = file.read();
  EXPECT_EQ(network.layers[0].attributes.begin, (Sizes{1, 2}));
  EXPECT_EQ(network.layers[0].attributes.end, (Sizes{3, 6}));
}

TEST(TfliteOperators, SplitNamesEachPart) {
  TfliteFile file;
  const int x = file.tensor("x", {1, 6});
  const int sizes = file.integers("sizes", {2, -1});
  const int axis = file.integers("axis", {1});
  const int a = file.tensor("parts", {1, 2});
  const int b = file.tensor("parts", {1, 4});
  file.inputs({x});
  file.outputs({a, b});
  file.op(Op::SPLIT_V, {x, sizes, axis}, {a, b});
  const Network network = file.read();
  const Layer& layer = network.layers[0];
  EXPECT_EQ(layer.name, "parts");
  EXPECT_EQ(network.output_of(layer, 1).name, "parts#2");
  EXPECT_EQ(network.output_of(layer, 1).shape, (Shape{1, 4}));
  EXPECT_EQ(layer.attributes.sizes, (Sizes{2, 4}));
}

// 3 steps of 2 features into 4 units: 4 gates of a matrix each for input and state.
TEST(TfliteOperators, LstmJoinsItsGates) {
  TfliteFile file;
  const int x = file.tensor("x", {1, 3, 2});
  std::vector<std::int32_t> operands = {x};
  for (int gate = 0; gate < 4; ++gate) {
    test::TensorOptions scale{{0.5f * static_cast<float>(gate + 1)}, {0}};
    operands.push_back(
        file.constant("input", {4, 2}, Type::INT8, std::vector<std::uint8_t>(8, gate == 0 ? 0 : 1), scale));
  }
  for (int gate = 0; gate < 4; ++gate) {
    operands.push_back(file.constant("state", {4, 4}, Type::INT8, std::vector<std::uint8_t>(16, 1)));
  }
  for (int i = 0; i < 3; ++i) operands.push_back(-1);
  for (int gate = 0; gate < 4; ++gate) {
    operands.push_back(file.constant("bias", {4}, Type::INT32, std::vector<std::uint8_t>(16, 0)));
  }
  operands.insert(operands.end(), {-1, -1});
  test::TensorOptions variable;
  variable.variable = true;
  operands.push_back(file.tensor("h", {1, 4}, Type::INT8, variable));
  operands.push_back(file.tensor("c", {1, 4}, Type::INT16, variable));
  operands.insert(operands.end(), {-1, -1, -1, -1});
  const int y = file.tensor("y", {1, 3, 4});
  file.inputs({x});
  file.outputs({y});
  file.op(Op::UNIDIRECTIONAL_SEQUENCE_LSTM, operands, {y},
          format::CreateUnidirectionalSequenceLSTMOptions(file.builder(), format::Activation::TANH));
  const Network network = file.read();
  const Layer& layer = network.layers[0];
  EXPECT_TRUE(layer.op.is("lstm"));
  EXPECT_EQ(layer.macs, 3 * 4 * 4 * (2 + 4));
  EXPECT_EQ(layer.parameters(), 4 * 4 * (2 + 4) + 16);
  EXPECT_EQ(layer.parameter_bytes(), Bytes(96 + 64));
  EXPECT_EQ(layer.inputs.size(), 1u);
  const Constant* weights = layer.constant(Role::kWeights);
  EXPECT_EQ(weights->zeros, 8);
  EXPECT_EQ(weights->quantization->scales, 4);
  EXPECT_EQ(weights->quantization->scale, 0.5);
  EXPECT_EQ(weights->quantization->scale_max, 2.0);
}

// The same, forth and back: twice the weights and the work, and both states side by side.
TEST(TfliteOperators, LstmOfBothDirections) {
  TfliteFile file;
  const int x = file.tensor("x", {1, 3, 2});
  std::vector<std::int32_t> operands(48, -1);
  operands[0] = x;
  for (const std::size_t direction : {0u, 17u}) {
    for (std::size_t gate = 1; gate < 5; ++gate) {
      const std::size_t at = direction + gate;
      operands[at] = file.constant("input", {4, 2}, Type::INT8, std::vector<std::uint8_t>(8, 1));
      operands[at + 4] = file.constant("state", {4, 4}, Type::INT8, std::vector<std::uint8_t>(16, 1));
      operands[at + 11] = file.constant("bias", {4}, Type::INT32, std::vector<std::uint8_t>(16, 0));
    }
  }
  const int y = file.tensor("y", {1, 3, 8});
  file.inputs({x});
  file.outputs({y});
  file.op(Op::BIDIRECTIONAL_SEQUENCE_LSTM, operands, {y},
          format::CreateBidirectionalSequenceLSTMOptions(file.builder(), format::Activation::TANH, true, false));
  const Network network = file.read();
  EXPECT_EQ(network.macs(), 2 * 3 * 4 * 4 * (2 + 4));
  EXPECT_EQ(network.parameters(), 2 * (4 * 4 * (2 + 4) + 16));
}

TEST(TfliteOperators, SvdfRemembersTime) {
  TfliteFile file;
  const int x = file.tensor("x", {1, 6});
  const int features = file.constant("features", {4, 6}, Type::INT8, std::vector<std::uint8_t>(24, 1));
  const int time = file.constant("time", {4, 8}, Type::INT16, std::vector<std::uint8_t>(64, 1));
  test::TensorOptions variable;
  variable.variable = true;
  const int state = file.tensor("state", {1, 32}, Type::INT16, variable);
  const int y = file.tensor("y", {1, 2});
  file.inputs({x});
  file.outputs({y});
  file.op(Op::SVDF, {x, features, time, -1, state}, {y},
          format::CreateSVDFOptions(file.builder(), 2, format::Activation::RELU));
  const Network network = file.read();
  EXPECT_EQ(network.macs(), 4 * (6 + 8));
  EXPECT_EQ(network.parameter_bytes(), Bytes(24 + 64));
  EXPECT_EQ(network.layers[0].activation(), Activation::kRelu);
}

TEST(TfliteOperators, FullyConnectedFlattensUnlessToldOtherwise) {
  for (const bool keep : {false, true}) {
    TfliteFile file;
    const int x = file.tensor("x", {1, 3, 4});
    const int w = file.constant("w", {5, keep ? 4 : 12}, Type::INT8, std::vector<std::uint8_t>(keep ? 20 : 60, 1));
    const int y = keep ? file.tensor("y", {1, 3, 5}) : file.tensor("y", {1, 5});
    file.inputs({x});
    file.outputs({y});
    file.op(Op::FULLY_CONNECTED, {x, w, -1}, {y},
            format::CreateFullyConnectedOptions(file.builder(), format::Activation::NONE, keep));
    EXPECT_EQ(file.read().macs(), 60);
  }
}

TEST(TfliteOperators, MediaPipesTransposedConvolution) {
  TfliteFile file;
  const int x = file.tensor("x", {1, 4, 4, 3}, Type::FLOAT32);
  const int w = file.constant("w", {2, 2, 2, 3}, Type::FLOAT32, std::vector<std::uint8_t>(96, 0));
  const int b = file.constant("b", {2}, Type::FLOAT32, std::vector<std::uint8_t>(8, 0));
  const int y = file.tensor("y", {1, 8, 8, 2}, Type::FLOAT32);
  file.inputs({x});
  file.outputs({y});
  file.custom("Convolution2DTransposeBias", {x, w, b}, {y}, test::bytes_of(std::vector<std::int32_t>{1, 2, 2}));
  const Network network = file.read();
  EXPECT_TRUE(network.layers[0].op.is("transposed_conv2d"));
  EXPECT_EQ(network.macs(), 4 * 4 * 2 * 2 * 3 * 2);
  EXPECT_EQ(network.parameters(), 24 + 2);
}

// A variable that one graph initialises and the other reads and writes.
TEST(TfliteOperators, StatesAndTheirInitialValues) {
  TfliteFile file;
  const int x = file.tensor("x", {1, 8});
  const int handle = file.tensor("handle", {}, Type::RESOURCE);
  const int old = file.tensor("old", {1, 8});
  const int sum = file.tensor("sum", {1, 8});
  file.inputs({x});
  file.outputs({sum});
  file.op(Op::CALL_ONCE, {}, {}, format::CreateCallOnceOptions(file.builder(), 1));
  const auto name = [&] { return file.builder().CreateString("memory"); };
  file.op(Op::VAR_HANDLE, {}, {handle}, format::CreateVarHandleOptions(file.builder(), 0, name()));
  file.op(Op::READ_VARIABLE, {handle}, {old});
  file.op(Op::ADD, {x, old}, {sum});
  file.op(Op::ASSIGN_VARIABLE, {handle, sum}, {});
  file.next_subgraph();
  const int again = file.tensor("handle", {}, Type::RESOURCE);
  const int zeros = file.constant("zeros", {1, 8}, Type::INT8, std::vector<std::uint8_t>(8, 0));
  file.op(Op::VAR_HANDLE, {}, {again}, format::CreateVarHandleOptions(file.builder(), 0, name()));
  file.op(Op::ASSIGN_VARIABLE, {again, zeros}, {});
  const Network network = file.read();
  ASSERT_EQ(network.layers.size(), 7u);
  EXPECT_TRUE(network.layers[0].op.is("variable"));
  EXPECT_EQ(network.layers[2].attributes.state, "memory");
  EXPECT_EQ(network.layers[4].attributes.state, "memory");
  EXPECT_EQ(network.layers[5].name, "handle#2");
  EXPECT_EQ(network.layers[6].location.text(), "model.tflite: subgraph 1, operator 1, ASSIGN_VARIABLE");
  EXPECT_EQ(network.parameters(), 8);
}

}  // namespace
}  // namespace subvolt::network
