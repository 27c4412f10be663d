// Which tensors share a memory over time, and where.
//
// Two questions, asked in turn: which set of tensors is worth most and never exceeds the memory at any moment
// (exact, by dynamic programming over the sets that are alive together), and at which offsets they lie so that
// none overlaps another while both live (first fit in several orders).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace subvolt::mapping {

struct Lifetime {
  std::int64_t bytes = 0;
  int first = 0;  // moments, both inclusive
  int last = 0;
  double worth = 0;     // what it saves to keep it here, >= 0
  bool pinned = false;  // has to be kept
  bool always = false;  // there before, during and after: weights. For pack_memory, which stacks these
};

// Indices of the tensors to keep, ascending, all pinned ones among them. Empty when the pinned ones alone do not
// fit, or when no choice is worth more than `more_than`. Above kMostStates sets alive at one moment, the least
// worthy are dropped: networks have a handful of tensors alive at once. `effort` grows by the sets looked at.
inline constexpr std::size_t kMostStates = 4096;
std::vector<std::size_t> choose_residents(const std::vector<Lifetime>& tensors, std::int64_t capacity,
                                          double more_than = -1.0, std::int64_t* effort = nullptr);

// Most bytes alive at one moment.
std::int64_t peak_bytes(const std::vector<Lifetime>& tensors);

// Offsets of all tensors, by index; nothing when no order of first fit succeeds.
std::optional<std::vector<std::int64_t>> assign_offsets(const std::vector<Lifetime>& tensors, std::int64_t capacity);

// Largest contiguous space that stays free from `first` to `last` beside tensors at their offsets.
std::int64_t largest_gap(const std::vector<Lifetime>& tensors, const std::vector<std::int64_t>& offsets,
                         std::int64_t capacity, int first, int last);

}  // namespace subvolt::mapping
