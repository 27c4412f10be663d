#include "sim/network/onnx/bytes/wire.h"

#include <algorithm>

namespace subvolt::network::from_onnx::wire {
namespace {

constexpr std::uint64_t kWindowBytes = 8192;

void append_varint(std::uint64_t value, std::string& out) {
  for (; value >= 128; value >>= 7) out += static_cast<char>((value & 127) | 128);
  out += static_cast<char>(value);
}

}  // namespace

std::uint8_t Reader::byte(std::uint64_t at) {
  if (at < window_at_ || at - window_at_ >= window_.size()) {
    window_.resize(static_cast<std::size_t>(std::min(kWindowBytes, source_.size() - at)));
    window_at_ = at;
    source_.copy(at, window_.size(), window_.data());
  }
  return window_[static_cast<std::size_t>(at - window_at_)];
}

// Nothing for more bytes than a number has.
std::optional<std::uint64_t> Reader::varint(std::uint64_t& at, std::uint64_t end) {
  std::uint64_t value = 0;
  for (int i = 0; i < kLongestVarint; ++i) {
    if (at >= end) throw CutOff();
    const std::uint8_t next = byte(at++);
    value |= std::uint64_t{next & 127u} << (7 * i);
    if (next < 128) return value;
  }
  return std::nullopt;
}

std::optional<Field> Reader::field(std::uint64_t at, std::uint64_t end) {
  if (at >= end) return std::nullopt;
  Field field;
  field.begin = at;
  const auto tag = varint(at, end);
  if (!tag || *tag > UINT32_MAX || *tag < 8) return std::nullopt;
  field.number = static_cast<int>(*tag >> 3);
  std::uint64_t length = 0;
  std::uint64_t begin = at;
  switch (*tag & 7) {
    case 0: {
      const auto value = varint(at, end);
      if (!value) return std::nullopt;
      field.number_value = *value;
      length = at - begin;
      break;
    }
    case 1:
      length = 8;
      break;
    case 2: {
      const auto stated = varint(at, end);
      if (!stated) return std::nullopt;
      length = *stated;
      begin = at;
      break;
    }
    case 5:
      length = 4;
      break;
    default:
      return std::nullopt;
  }
  if (length > end - begin) throw CutOff();
  field.type = static_cast<Type>(*tag & 7);
  field.value = {begin, begin + length};
  return field;
}

void Reader::append(Range range, std::string& out) {
  const auto size = static_cast<std::size_t>(range.size());
  if (size == 0) return;
  const std::uint64_t from = range.begin - window_at_;
  if (range.begin >= window_at_ && from <= window_.size() && size <= window_.size() - from) {
    out.append(reinterpret_cast<const char*>(window_.data()) + from, size);
    return;
  }
  const std::size_t before = out.size();
  out.resize(before + size);
  source_.copy(range.begin, size, out.data() + before);
}

void append_tag(int number, std::uint64_t length, std::string& out) {
  append_varint(static_cast<std::uint64_t>(number) << 3 | static_cast<std::uint64_t>(Type::kBytes), out);
  append_varint(length, out);
}

std::optional<std::uint64_t> count_varints(const config::ByteSource& source, Range range) {
  std::uint64_t count = 0;
  if (!each_varint(source, range, [&](std::uint64_t) { ++count; })) return std::nullopt;
  return count;
}

}  // namespace subvolt::network::from_onnx::wire
