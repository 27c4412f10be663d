// Protobuf's wire format: fields of a message, one after the other, without holding what is in them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/config/byte_source.h"

namespace subvolt::network::from_onnx::wire {

enum class Type { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

struct Range {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t size() const { return end - begin; }
};

struct Field {
  int number = 0;
  Type type = Type::kVarint;
  std::uint64_t begin = 0;  // of its tag
  Range value;
  std::uint64_t number_value = 0;  // of a varint
};

// A field ends behind its message.
struct CutOff {};

class Reader {
 public:
  explicit Reader(const config::ByteSource& source) : source_(source) {}

  // The field at `at`; nothing at the end of the message, and for what is no field: a group, a tag without a number.
  // Throws CutOff.
  std::optional<Field> field(std::uint64_t at, std::uint64_t end);
  void append(Range range, std::string& out);

 private:
  std::optional<std::uint64_t> varint(std::uint64_t& at, std::uint64_t end);
  std::uint8_t byte(std::uint64_t at);

  const config::ByteSource& source_;
  std::vector<std::uint8_t> window_;  // what was read last
  std::uint64_t window_at_ = 0;
};

// Tag and length of a field of bytes.
void append_tag(int number, std::uint64_t length, std::string& out);

inline constexpr int kLongestVarint = 10;

// Calls take(value) for each varint of a packed field, in order; false when the bytes are none.
template <class Take>
bool each_varint(const config::ByteSource& source, Range range, Take take) {
  std::uint64_t value = 0;
  int bytes = 0;
  bool all = true;
  source.each_piece(range.begin, range.size(), [&](const std::uint8_t* piece, std::size_t size) {
    for (std::size_t i = 0; i < size && all; ++i) {
      value |= std::uint64_t{piece[i] & 127u} << (7 * bytes);
      ++bytes;
      if (piece[i] >= 128) {
        all = bytes < kLongestVarint;
        continue;
      }
      take(value);
      value = 0;
      bytes = 0;
    }
  });
  return all && bytes == 0;
}
// Nothing when the bytes are none.
std::optional<std::uint64_t> count_varints(const config::ByteSource& source, Range range);

}  // namespace subvolt::network::from_onnx::wire
