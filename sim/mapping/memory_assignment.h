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
// Of up to four memories, every choice of some is tried, too: up to there, a further memory never costs more.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/mapping/capabilities.h"
#include "sim/mapping/stored_data.h"

namespace subvolt::mapping {

struct Assignment {
  std::vector<int> memory;           // by data; -1: none has room
  std::vector<std::int64_t> offset;  // in its memory
  double cost = 0.0;                 // without data that found no room
};

// `pinned`: the memory that somebody has chosen for the data, or -1. All that are pinned fit.
Assignment assign_memories(const std::vector<StoredData>& data, const std::vector<MemoryRegion>& memories,
                           const std::vector<int>& pinned);

// Cost of the data in a memory; usable bytes of a memory; whether the memory may hold the data.
double placement_cost(const StoredData& data, const MemoryRegion& memory);
std::int64_t usable_bytes(const MemoryRegion& memory);
bool may_hold(const MemoryRegion& memory, const StoredData& data);

// Offsets of these data in a memory, by their order in `which`; nothing when they do not fit together.
std::optional<std::vector<std::int64_t>> lay_out(const std::vector<StoredData>& data,
                                                 const std::vector<std::size_t>& which, const MemoryRegion& memory);

}  // namespace subvolt::mapping
