// Damaged files are refused with an error or read; nothing else happens. Mutations are the same on every run.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <random>

#include "sim/config/error.h"
#include "sim/network/tflite/tflite_reader.h"
#include "tests/support/tflite_file.h"

namespace subvolt::network {
namespace {

namespace format = test::format;
using Op = format::BuiltinOperator;

// Windows, masks, constants that are shapes, a state: one operator of each kind of reading.
std::vector<std::uint8_t> sample() {
  test::TfliteFile file = test::convolution();
  const int y = 3;
  const int order = file.integers("order", {0, 3, 1, 2});
  const int turned = file.tensor("turned", {1, 2, 2, 2});
  file.op(Op::TRANSPOSE, {y, order}, {turned});
  const int begin = file.integers("begin", {0, 0, 0, 0});
  const int end = file.integers("end", {1, 1, 2, 2});
  const int step = file.integers("step", {1, 1, 1, 1});
  const int part = file.tensor("part", {1, 1, 2, 2});
  file.op(Op::STRIDED_SLICE, {turned, begin, end, step}, {part},
          format::CreateStridedSliceOptions(file.builder(), 1, 0, 0, 0, 0));
  const int w = file.constant("fc", {3, 4}, format::TensorType::INT4, std::vector<std::uint8_t>(6, 0x10));
  const int sum = file.tensor("sum", {1, 3});
  file.op(Op::FULLY_CONNECTED, {part, w, -1}, {sum}, format::CreateFullyConnectedOptions(file.builder()));
  const int handle = file.tensor("handle", {}, format::TensorType::RESOURCE);
  file.op(Op::VAR_HANDLE, {}, {handle},
          format::CreateVarHandleOptions(file.builder(), 0, file.builder().CreateString("state")));
  file.op(Op::ASSIGN_VARIABLE, {handle, sum}, {});
  file.outputs({sum});
  return file.bytes();
}

void put(std::vector<std::uint8_t>& bytes, std::size_t at, std::int32_t word) {
  if (at + sizeof(word) <= bytes.size()) std::memcpy(bytes.data() + at, &word, sizeof(word));
}

void mutate(std::vector<std::uint8_t>& bytes, std::mt19937& random) {
  const std::size_t size = bytes.size();
  const std::size_t at = random() % size;
  static constexpr std::int32_t kWords[] = {0, -1, 1, 0x7fffffff, -0x7fffffff - 1, 1 << 30, 65536, 4};
  switch (random() % 5) {
    case 0:
      bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ (1u << random() % 8));
      break;
    case 1:
      bytes[at] = static_cast<std::uint8_t>(random());
      break;
    case 2:
      put(bytes, at / 4 * 4, kWords[random() % 8]);
      break;
    case 3: {
      const std::size_t length = std::min<std::size_t>(4 + random() % 28, size - at);
      std::memmove(bytes.data() + at, bytes.data() + random() % (size - length + 1), length);
      break;
    }
    default:
      if (random() % 8 == 0) bytes.resize(1 + random() % size);
  }
}

TEST(TfliteGarbage, IsRefusedOrRead) {
  const std::vector<std::uint8_t> whole = sample();
  ASSERT_EQ(test::error_of(whole), "");
  std::mt19937 random(2);
  int read = 0, refused = 0;
  for (int i = 0; i < 8000; ++i) {
    std::vector<std::uint8_t> bytes = whole;
    for (unsigned changes = 1 + random() % 6; changes > 0; --changes) mutate(bytes, random);
    try {
      read_tflite(bytes.data(), bytes.size(), "garbage.tflite");
      ++read;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kConfiguration) << error.what();
      ++refused;
    }
  }
  EXPECT_GT(read, 40);  // data and names may change freely
  EXPECT_GT(refused, 4000);
}

// Tensors of many kinds to draw operands from; the first ten are made, the rest are constants and results to be.
std::vector<std::int32_t> some_tensors(test::TfliteFile& file) {
  using Type = format::TensorType;
  const std::vector<std::vector<std::int32_t>> shapes = {{1, 4, 4, 2}, {4}, {}, {2, 3}, {1, 2, 8}, {1, 1, 1, 2}};
  test::TensorOptions open;
  open.signature = {-1, 4, 4, 2};
  std::vector<std::int32_t> made = {file.tensor("x", shapes[0], Type::INT8, open)};
  for (std::size_t i = 1; i < shapes.size(); ++i) made.push_back(file.tensor("x", shapes[i]));
  for (const Type type : {Type::FLOAT32, Type::BOOL, Type::INT32, Type::RESOURCE}) {
    made.push_back(file.tensor("x", {1, 4, 4, 2}, type));
  }
  file.inputs(made);
  file.outputs({made[0]});
  for (const std::vector<std::int32_t>& values :
       {std::vector<std::int32_t>{}, {0}, {-1}, {1, 2}, {0, 2, 1}, {1, 1, 1, 1}, {0, 0, 1, 1, 0, 0, 1, 1}}) {
    file.integers("integers", values);
  }
  file.constant("matrix", {2, 8}, Type::INT8, std::vector<std::uint8_t>(16, 1));
  file.constant("window", {2, 3, 3, 2}, Type::INT8, std::vector<std::uint8_t>(36, 1));
  for (const auto& shape : shapes) file.tensor("", shape);
  test::TensorOptions variable;
  variable.variable = true;
  file.tensor("state", {1, 8}, Type::INT8, variable);
  return made;
}

constexpr int kTensors = 26;

// Operators whose options are read.
constexpr std::pair<Op, format::BuiltinOptions> kWithOptions[] = {
    {Op::CONV_2D, format::BuiltinOptions::Conv2DOptions},
    {Op::DEPTHWISE_CONV_2D, format::BuiltinOptions::DepthwiseConv2DOptions},
    {Op::TRANSPOSE_CONV, format::BuiltinOptions::TransposeConvOptions},
    {Op::MAX_POOL_2D, format::BuiltinOptions::Pool2DOptions},
    {Op::FULLY_CONNECTED, format::BuiltinOptions::FullyConnectedOptions},
    {Op::BATCH_MATMUL, format::BuiltinOptions::BatchMatMulOptions},
    {Op::SVDF, format::BuiltinOptions::SVDFOptions},
    {Op::UNIDIRECTIONAL_SEQUENCE_RNN, format::BuiltinOptions::SequenceRNNOptions},
    {Op::UNIDIRECTIONAL_SEQUENCE_LSTM, format::BuiltinOptions::UnidirectionalSequenceLSTMOptions},
    {Op::CONCATENATION, format::BuiltinOptions::ConcatenationOptions},
    {Op::ADD, format::BuiltinOptions::AddOptions},
    {Op::MEAN, format::BuiltinOptions::ReducerOptions},
    {Op::GATHER, format::BuiltinOptions::GatherOptions},
    {Op::PACK, format::BuiltinOptions::PackOptions},
    {Op::UNPACK, format::BuiltinOptions::UnpackOptions},
    {Op::SPACE_TO_DEPTH, format::BuiltinOptions::SpaceToDepthOptions},
    {Op::DEPTH_TO_SPACE, format::BuiltinOptions::DepthToSpaceOptions},
    {Op::STRIDED_SLICE, format::BuiltinOptions::StridedSliceOptions},
    {Op::CALL_ONCE, format::BuiltinOptions::CallOnceOptions},
    {Op::VAR_HANDLE, format::BuiltinOptions::VarHandleOptions},
};

TEST(TfliteGarbage, AnyOperatorWithAnyOperandsAndOptions) {
  std::mt19937 random(3);
  const auto below = [&](int limit) { return static_cast<std::int32_t>(random() % static_cast<unsigned>(limit)); };
  static constexpr std::int32_t kFields[] = {0, 1, 2, 3, -1, 257, 0x7fffffff, -0x7fffffff - 1};
  int read = 0;
  for (int i = 0; i < 15000; ++i) {
    test::TfliteFile file;
    some_tensors(file);
    std::vector<std::int32_t> inputs, outputs, fields;
    for (int n = below(i % 7 == 0 ? 24 : 5); n > 0; --n) inputs.push_back(below(kTensors) - (below(9) == 0 ? 26 : 0));
    for (std::int32_t& input : inputs) input = std::max(input, -1);
    for (int n = below(8) == 0 ? below(4) : 1; n > 0; --n) outputs.push_back(19 + below(6));
    for (int n = below(8); n > 0; --n) fields.push_back(kFields[below(8)]);
    const auto& [known, options] = kWithOptions[below(static_cast<int>(std::size(kWithOptions)))];
    const bool any = i % 3 == 0;
    file.op(any ? static_cast<Op>(below(208)) : known, inputs, outputs,
            any ? static_cast<format::BuiltinOptions>(below(112)) : options, fields);
    const std::vector<std::uint8_t> bytes = file.bytes();
    const ReadOptions bigger{{{"x", {2, 4, 4, 2}}}};  // follows shapes to the results
    try {
      read_tflite(bytes.data(), bytes.size(), "garbage.tflite", i % 2 == 0 ? ReadOptions() : bigger);
      ++read;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kConfiguration) << error.what();
    }
  }
  EXPECT_GT(read, 500);
}

// Wherever the bytes lie in memory.
TEST(TfliteGarbage, UnalignedMemoryIsFine) {
  std::vector<std::uint8_t> bytes = sample();
  bytes.insert(bytes.begin(), 3, 0);
  EXPECT_NO_THROW(read_tflite(bytes.data() + 3, bytes.size() - 3, "model.tflite"));
}

}  // namespace
}  // namespace subvolt::network
