// Bytes that a layer's program moves, by memory: sums over the blocks of its loads and stores, and of the host's reads
// and writes, by address.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/mapping/capabilities.h"
#include "sim/mapping/program/command.h"

namespace subvolt::mapping {

struct MovedBytes {
  std::int64_t read = 0, write = 0;
};

// By memory. Throws Error(kInvariant) for a block that begins in none.
std::vector<MovedBytes> moved_bytes(const LayerProgram& program, const std::vector<MemoryRegion>& memories);

}  // namespace subvolt::mapping
