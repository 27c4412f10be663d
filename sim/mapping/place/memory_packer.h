// What one memory should hold: the choice of tensors that is worth most, with their offsets.
//
// Tensors that are always there (weights) take the same bytes at every moment, so the choice falls in two: which
// temporaries, given the bytes that weights leave, and which weights, given those that the temporaries leave. Both
// are exact, the first by choose_residents, the second as a knapsack over 64 B units; the split between them is
// tried at every size at which the first choice changes. The result is the best there is, fragmentation aside:
// a split counts only when first fit finds offsets for its temporaries.
//
// That search ends when it has looked at kMostSets sets of temporaries, or at kMostStates alive at one moment: then
// prices for room decide (priced_choice.h), for a few splits around the one that the prices ask for. After
// kManySets sets the splits are taken in steps of 1/16 of the memory.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/mapping/place/effort.h"
#include "sim/mapping/place/lifetime_allocator.h"

namespace subvolt::mapping {

inline constexpr std::int64_t kManySets = 200'000;
inline constexpr std::int64_t kMostSets = 300'000;

struct Packing {
  std::vector<std::size_t> chosen;    // ascending; all pinned tensors and of the others only some worth more than 0
  std::vector<std::int64_t> offsets;  // of the chosen; weights below, in their order
  double worth = 0;
  double bound = 0;  // no choice is worth more, fragmentation or not
};

// Nothing when the pinned tensors do not fit.
std::optional<Packing> pack_memory(const std::vector<Lifetime>& tensors, std::int64_t capacity, Effort& effort);

// Offsets of all of them, weights stacked below; nothing when first fit does not succeed.
std::optional<std::vector<std::int64_t>> stack(const std::vector<Lifetime>& tensors, std::int64_t capacity,
                                               Effort* effort = nullptr);

}  // namespace subvolt::mapping
