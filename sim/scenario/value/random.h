// Random numbers by their place: the n-th of a stream is a function of seed, stream and n, so that whoever draws more
// or fewer of one stream changes no other. Own definition, so that every compiler and library gives the same.
//
// Bits are SplitMix64's finalizer (G. Steele, D. Lea and C. Flood, "Fast splittable pseudorandom number generators",
// OOPSLA 2014) over the place, twice.
#pragma once

#include <cmath>
#include <cstdint>

namespace subvolt::scenario {

class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t stream) : key_(mixed(mixed(seed) ^ (stream * 0xD1342543DE82EF95ULL + 1))) {}

  std::uint64_t bits() { return mixed(mixed(key_ + ++place_ * 0x9E3779B97F4A7C15ULL) ^ key_); }
  // In the open interval (0, 1).
  double uniform() { return (static_cast<double>(bits() >> 11) + 0.5) * 0x1.0p-53; }
  bool chance(double probability) { return uniform() < probability; }
  double exponential(double mean) { return -mean * std::log(uniform()); }

 private:
  static std::uint64_t mixed(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  std::uint64_t key_;
  std::uint64_t place_ = 0;
};

}  // namespace subvolt::scenario
