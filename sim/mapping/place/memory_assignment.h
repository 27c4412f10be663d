// Which memory holds which data, at the least cost: the sum over all data of bytes read x read cost + bytes written
// x write cost of the memory that holds them, never more bytes at one moment than a memory has, activations never
// where nothing can be written.
//
// A memory that could hold everything is ample, the others are scarce. Data cost at most what the cheapest ample
// memory costs them; a scarce memory holds the set that saves most (memory_packer.h).
//   at most one scarce memory   exact, but for fragmentation: more or cheaper memory never costs more
//   two or three                the best of filling them one after the other in every order, each exactly, then each
//                               anew as long as that saves something
//   four or more                the same, from the cheapest on only
// Of up to four memories, every choice of some is tried, too: up to there, a further memory never costs more. A
// placement in several scarce memories that may cost over 1 % more than the best one is searched for once more, with
// prices for room (placement_prices.h) and by branch and bound (assignment_search.h).
//
// All of it ends after kMostPlacementSteps, with the best so far: a network of 1,000 tensors takes some 0.1 s at most.
// How far the result can be from the best is part of it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/mapping/capabilities.h"
#include "sim/mapping/place/effort.h"
#include "sim/mapping/place/stored_data.h"

namespace subvolt::mapping {

struct Assignment {
  std::vector<int> memory;           // by data; -1: none has room
  std::vector<std::int64_t> offset;  // in its memory
  double cost = 0.0;                 // without data that found no room
  double lower_bound = 0.0;          // no placement costs less
  std::int64_t steps = 0;            // effort that it took
};

inline constexpr std::int64_t kMostPlacementSteps = 18'000'000;

// `pinned`: the memory that somebody has chosen for the data, or -1. All that are pinned fit.
Assignment assign_memories(const std::vector<StoredData>& data, const std::vector<MemoryRegion>& memories,
                           const std::vector<int>& pinned);

// Cost of the data in a memory; usable bytes of a memory; whether the memory may hold the data.
double placement_cost(const StoredData& data, const MemoryRegion& memory);
std::int64_t usable_bytes(const MemoryRegion& memory);
bool may_hold(const MemoryRegion& memory, const StoredData& data);

// Offsets of these data in a memory, by their order in `which`; nothing when they do not fit together.
std::optional<std::vector<std::int64_t>> lay_out(const std::vector<StoredData>& data,
                                                 const std::vector<std::size_t>& which, const MemoryRegion& memory,
                                                 Effort* effort = nullptr);

}  // namespace subvolt::mapping
