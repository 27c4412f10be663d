// Random numbers that are counted, not drawn in order: number `index` of stream `stream` of a seed is always the same,
// whoever asks for it, in which order and on how many threads.
//
// Two rounds of the finaliser of splitmix64 (Steele, Lea, Flood, OOPSLA 2014) over a Weyl sequence. Integers alone up
// to the last step, which is exact, so that bytes are those of every compiler and machine.
#pragma once

#include <cstdint>

namespace subvolt::power {

inline std::uint64_t scrambled(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
  return x ^ (x >> 31);
}

// In (0, 1): odd multiples of 2^-53, so never an end.
inline double uniform(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15ull;  // 2^64 over the golden ratio
  const std::uint64_t key = scrambled(seed + kGolden * (2 * stream + 1));
  const std::uint64_t bits = scrambled(scrambled(key + kGolden * (index + 1)) ^ key);
  return static_cast<double>((bits >> 12) * 2 + 1) * 0x1p-53;
}

}  // namespace subvolt::power
