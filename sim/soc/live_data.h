// Which parts of the memories a program uses.
#pragma once

#include <vector>

#include "sim/mapping/capabilities.h"

namespace subvolt::soc {

struct MappedMemory {
  mapping::MemoryRegion region;
  mapping::Memory* memory = nullptr;
};

// Tells each memory every block that a command or the host reads or writes: Memory::hold_data().
void tell_live_data(const mapping::Program& program, const std::vector<MappedMemory>& memories);

}  // namespace subvolt::soc
