// Products and sums of sizes that end up in a network: refused instead of wrapped.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>

#include "sim/units/text.h"

namespace subvolt::network {

// Largest size of one dimension. Small enough that a window's reach never wraps.
inline constexpr std::int64_t kMaxSize = (std::int64_t{1} << 31) - 1;
// Largest count of anything, also in total: integers up to here survive JSON and double unharmed.
inline constexpr std::int64_t kMaxCount = std::int64_t{1} << 53;

// The product of factors >= 0, or nothing when it exceeds kMaxCount.
inline std::optional<std::int64_t> bounded_product(std::initializer_list<std::int64_t> factors) {
  for (std::int64_t factor : factors) {
    if (factor == 0) return 0;
  }
  std::int64_t product = 1;
  for (std::int64_t factor : factors) {
    if (product > kMaxCount / factor) return std::nullopt;
    product *= factor;
  }
  return product;
}

inline std::string limit_text() { return "the limit of 2^53 = " + grouped(kMaxCount); }

}  // namespace subvolt::network
