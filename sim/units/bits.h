// Fields of bits in addresses.
#pragma once

#include <cstdint>

namespace subvolt {

// Bits that number `n` things; 0 for one or none.
constexpr int bits_for(std::int64_t n) {
  int bits = 0;
  while ((std::int64_t{1} << bits) < n) ++bits;
  return bits;
}

// That many ones, fewer than 63.
constexpr std::int64_t low_bits(int bits) { return (std::int64_t{1} << bits) - 1; }

}  // namespace subvolt
