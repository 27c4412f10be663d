// Damaged files are refused with an error or read; nothing else happens. Mutations are the same on every run.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
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
  for (int i = 0; i < 20000; ++i) {
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
  EXPECT_GT(read, 100);  // data and names may change freely
  EXPECT_GT(refused, 10000);
}

// Wherever the bytes lie in memory.
TEST(TfliteGarbage, UnalignedMemoryIsFine) {
  std::vector<std::uint8_t> bytes = sample();
  bytes.insert(bytes.begin(), 3, 0);
  EXPECT_NO_THROW(read_tflite(bytes.data() + 3, bytes.size() - 3, "model.tflite"));
}

}  // namespace
}  // namespace subvolt::network
