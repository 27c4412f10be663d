// Zeros are counted as a plain loop over decoded elements counts them.
#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "sim/network/tflite/zeros.h"
#include "tests/support/tflite_file.h"

namespace subvolt::network {
namespace {

struct Span {
  const std::uint8_t* data;
  std::size_t size;
};

template <class... Arguments>
std::int64_t count_equal(Span data, Arguments... arguments) {
  return tflite::count_equal(config::ByteSource(data.data, data.size), {0, data.size}, arguments...);
}

template <class Integer>
std::int64_t plain(const std::vector<Integer>& values, std::int64_t zero_point) {
  std::int64_t total = 0;
  for (const Integer value : values) total += value == zero_point;
  return total;
}

template <class Integer>
void check_type(ElementType type) {
  std::mt19937 random(1);
  for (const std::size_t size : {0, 1, 63, 64, 65, 1000, 100000}) {
    std::vector<Integer> values(size);
    for (Integer& value : values) value = static_cast<Integer>(random() % 5 - 2);
    for (const std::int64_t zero_point : {0, -1, 2, 77}) {
      if (!std::is_signed_v<Integer> && zero_point < 0) continue;
      const Span data{reinterpret_cast<const std::uint8_t*>(values.data()), size * sizeof(Integer)};
      EXPECT_EQ(count_equal(data, static_cast<std::int64_t>(size), type, zero_point), plain(values, zero_point))
          << to_text(type) << ", " << size << " elements, zero point " << zero_point;
    }
  }
}

TEST(TfliteZeros, IntegersOfEveryWidth) {
  check_type<std::int8_t>(ElementType::kInt8);
  check_type<std::uint8_t>(ElementType::kUint8);
  check_type<std::int16_t>(ElementType::kInt16);
  check_type<std::int32_t>(ElementType::kInt32);
  check_type<std::int64_t>(ElementType::kInt64);
}

// All equal: the byte-wide counters must not overflow.
TEST(TfliteZeros, AMillionZeros) {
  const std::vector<std::uint8_t> zeros(1000000, 0);
  EXPECT_EQ(count_equal({zeros.data(), zeros.size()}, 1000000, ElementType::kInt8, 0), 1000000);
}

TEST(TfliteZeros, FloatsOfBothSigns) {
  const std::vector<std::uint8_t> bytes = test::bytes_of(std::vector<float>{0.0f, -0.0f, 1.0f, 1e-45f});
  EXPECT_EQ(count_equal({bytes.data(), bytes.size()}, 4, ElementType::kFp32, 5), 2);
  const std::uint8_t halves[] = {0, 0, 0, 0x80, 0, 0x3c};  // 0, -0, 1
  EXPECT_EQ(count_equal({halves, 6}, 3, ElementType::kFp16, 0), 2);
}

TEST(TfliteZeros, FourBitsTheLowHalfFirst) {
  const std::uint8_t bytes[] = {0x10, 0x0f, 0xf0};  // 0, 1, -1, 0, 0
  EXPECT_EQ(count_equal({bytes, 3}, 5, ElementType::kInt4, 0), 3);
  EXPECT_EQ(count_equal({bytes, 3}, 5, ElementType::kInt4, -1), 1);
}

TEST(TfliteZeros, AZeroPointPerSlice) {
  using Zeros = std::vector<std::int64_t>;
  const std::uint8_t bytes[] = {0, 1, 2, 0, 1, 2, 5, 5, 5, 2, 2, 2};
  const Span data{bytes, 12};
  EXPECT_EQ(count_equal(data, Shape{2, 2, 3}, ElementType::kUint8, Zeros{0, 5}, 0u), 2 + 3);
  EXPECT_EQ(count_equal(data, Shape{2, 2, 3}, ElementType::kUint8, Zeros{0, 1, 2}, 2u), 2 + 2 + 3);
  EXPECT_EQ(count_equal(data, Shape{2, 2, 3}, ElementType::kUint8, Zeros{2, 2, 2}, 2u), 5);
}

TEST(TfliteZeros, LeftOutOfASparseTensor) {
  test::TfliteFile file;
  test::TensorOptions sparse;
  sparse.sparse = true;
  const int c = file.constant("c", {10}, test::format::TensorType::INT8, {1, 0, 3}, sparse);
  const int x = file.tensor("x", {10});
  const int dense = file.tensor("dense", {10});
  const int y = file.tensor("y", {10});
  file.inputs({x});
  file.op(test::format::BuiltinOperator::DENSIFY, {c}, {dense});
  file.op(test::format::BuiltinOperator::ADD, {x, dense}, {y});
  const Network network = file.read();
  EXPECT_EQ(network.layers[0].constants.at(0).zeros, 8);
  EXPECT_EQ(network.parameters(), 10);
}

}  // namespace
}  // namespace subvolt::network
