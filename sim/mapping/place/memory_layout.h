// Where tensors lie in one memory so that none overlaps another while both live: first fit in several orders.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/mapping/place/effort.h"
#include "sim/mapping/place/lifetime_allocator.h"

namespace subvolt::mapping {

// Offsets of all tensors, by index; nothing when no order of first fit succeeds.
std::optional<std::vector<std::int64_t>> assign_offsets(const std::vector<Lifetime>& tensors, std::int64_t capacity,
                                                        Effort* effort = nullptr);

// Offsets of as many as find room, -1 for the others: `keep` first, of which the pinned ones always, then the rest by
// worth. Nothing when the pinned ones find no room. The best of several orders.
std::optional<std::vector<std::int64_t>> assign_most_offsets(const std::vector<Lifetime>& tensors,
                                                             const std::vector<bool>& keep, std::int64_t capacity,
                                                             Effort& effort);

// Largest contiguous space that stays free from `first` to `last` beside tensors at their offsets.
std::int64_t largest_gap(const std::vector<Lifetime>& tensors, const std::vector<std::int64_t>& offsets,
                         std::int64_t capacity, int first, int last);

// Most bytes alive at one moment.
std::int64_t peak_bytes(const std::vector<Lifetime>& tensors);

}  // namespace subvolt::mapping
