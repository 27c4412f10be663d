// Which set of tensors that come and go is worth most in a memory and never exceeds it at any moment, at best offsets:
// exact, by dynamic programming over the sets that are alive together. For some dozen tensors alive at once the sets
// are too many: priced_choice.h.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/mapping/place/effort.h"

namespace subvolt::mapping {

struct Lifetime {
  std::int64_t bytes = 0;
  int first = 0;  // moments, both inclusive
  int last = 0;
  double worth = 0;     // what it saves to keep it here, >= 0
  bool pinned = false;  // has to be kept
  bool always = false;  // there before, during and after: weights. For pack_memory, which stacks these
};

// Indices of the tensors to keep, ascending, all pinned ones among them. Empty when the pinned ones alone do not fit,
// or when no choice is worth more than `more_than`. Nothing when more than kMostStates sets are alive at one moment,
// or the effort is spent before it ends.
inline constexpr std::size_t kMostStates = 4096;
inline constexpr std::int64_t kStepsPerSet = 40;  // of effort, to look at a set with and without a tensor
std::optional<std::vector<std::size_t>> choose_residents(const std::vector<Lifetime>& tensors, std::int64_t capacity,
                                                         double more_than, Effort& effort);

}  // namespace subvolt::mapping
