#include "sim/network/count_equal.h"

#include <algorithm>
#include <cstring>

namespace subvolt::network {
namespace {

// Byte-wide counters side by side, so that the compiler compares and counts a vector register at a time.
std::int64_t count_bytes(const std::uint8_t* data, std::size_t size, std::uint8_t value) {
  constexpr std::size_t kLanes = 64;
  constexpr std::size_t kRows = 255;  // what a counter can hold
  std::int64_t total = 0;
  while (size >= kLanes) {
    std::uint8_t lanes[kLanes] = {};
    const std::size_t rows = std::min(size / kLanes, kRows);
    for (std::size_t row = 0; row < rows; ++row, data += kLanes) {
      for (std::size_t i = 0; i < kLanes; ++i) lanes[i] = static_cast<std::uint8_t>(lanes[i] + (data[i] == value));
    }
    for (std::uint8_t lane : lanes) total += lane;
    size -= rows * kLanes;
  }
  for (std::size_t i = 0; i < size; ++i) total += data[i] == value;
  return total;
}

// `mask` removes the sign of floating point. Counters side by side here, too.
template <typename Word>
std::int64_t count_words(const std::uint8_t* data, std::size_t elements, Word value, Word mask) {
  constexpr std::size_t kLanes = 64 / sizeof(Word);
  constexpr std::size_t kRows = 32768;  // what a counter of the narrowest word can hold
  std::int64_t total = 0;
  while (elements >= kLanes) {
    Word lanes[kLanes] = {};
    const std::size_t rows = std::min(elements / kLanes, kRows);
    for (std::size_t row = 0; row < rows; ++row, data += sizeof lanes) {
      Word words[kLanes];
      std::memcpy(words, data, sizeof words);
      for (std::size_t i = 0; i < kLanes; ++i) lanes[i] = static_cast<Word>(lanes[i] + ((words[i] & mask) == value));
    }
    for (const Word lane : lanes) total += static_cast<std::int64_t>(lane);
    elements -= rows * kLanes;
  }
  for (std::size_t i = 0; i < elements; ++i) {
    Word word;
    std::memcpy(&word, data + i * sizeof(Word), sizeof(Word));
    total += (word & mask) == value;
  }
  return total;
}

std::uint8_t nibble(const std::uint8_t* data, std::size_t i) {
  return static_cast<std::uint8_t>(i % 2 == 0 ? data[i / 2] & 15 : data[i / 2] >> 4);
}

}  // namespace

std::int64_t count_equal(const std::uint8_t* data, std::size_t from, std::size_t count, ElementType type,
                         std::int64_t wanted) {
  const auto value = static_cast<std::uint64_t>(wanted);
  const Format format{type};
  const std::uint8_t* start = data + format.offset(static_cast<std::int64_t>(from));
  const bool real = is_float(type);
  switch (format.bits()) {
    case 4: {
      std::int64_t total = 0;
      for (std::size_t i = from; i < from + count; ++i) total += nibble(data, i) == (value & 15);
      return total;
    }
    case 8:
      return count_bytes(start, count, static_cast<std::uint8_t>(value));
    case 16:
      return real ? count_words<std::uint16_t>(start, count, 0, 0x7fff)
                  : count_words<std::uint16_t>(start, count, static_cast<std::uint16_t>(value), 0xffff);
    case 32:
      return real ? count_words<std::uint32_t>(start, count, 0, 0x7fffffff)
                  : count_words<std::uint32_t>(start, count, static_cast<std::uint32_t>(value), ~std::uint32_t{0});
    case 64: {
      // Two halves of complex64 are floats of their own; its zero is 0 in both.
      const std::uint64_t mask = type == ElementType::kComplex64 ? 0x7fffffff7fffffff
                                 : real                          ? 0x7fffffffffffffff
                                                                 : ~std::uint64_t{0};
      return count_words<std::uint64_t>(start, count, real || type == ElementType::kComplex64 ? 0 : value, mask);
    }
    default:
      return 0;
  }
}

}  // namespace subvolt::network
