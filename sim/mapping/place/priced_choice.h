// Which tensors a memory should keep when there are too many sets of them to look at all: a search along time that is
// guided by prices for room (placement_prices.h).
//
// At the prices each tensor gains or loses by being kept. A set that keeps one that loses, leaves one that gains, or
// leaves room unused where it has a price, can reach at most the bound less what it gave away so far; sets that cannot
// beat the best known choice are left. Of the others at most as many go on as the effort allows, those that gave away
// least. With prices near the best ones that is few: most tensors are clear cases.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/mapping/place/effort.h"
#include "sim/mapping/place/lifetime_allocator.h"

namespace subvolt::mapping {

struct PricedChoice {
  bool possible = false;            // false: the pinned ones alone do not fit
  std::vector<std::size_t> chosen;  // ascending; all pinned ones among them
  double worth = 0.0;
  double bound = 0.0;  // no choice is worth more
};

// Takes at most what is left of the effort, and a little more.
PricedChoice choose_by_price(const std::vector<Lifetime>& tensors, std::int64_t capacity, Effort& effort);

}  // namespace subvolt::mapping
