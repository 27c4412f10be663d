// Data that a memory must not lose: which parts of the memories a program uses, and what may switch a memory off.
#pragma once

#include <vector>

#include "sim/config/diagnostics.h"
#include "sim/kernel/component.h"
#include "sim/kernel/power_domain.h"
#include "sim/mapping/capabilities.h"

namespace subvolt::soc {

struct MappedMemory {
  mapping::MemoryRegion region;
  mapping::Memory* memory = nullptr;
};

// Tells each memory every block that a command or the host reads or writes: Memory::hold_data().
void tell_live_data(const mapping::Program& program, const std::vector<MappedMemory>& memories);

// Refuses a memory that forgets without power in a domain that may ever go OFF, whatever policy does it and on whatever
// way: what a domain may do are its aims, and it is held to them while it runs. The error points at its policy.
void check_kept(const std::string& name, const mapping::Memory& memory, const kernel::PowerDomain& domain,
                config::Diagnostics& diagnostics);

// The same of a buffer in which weights stay from one inference to the next.
void check_weights_kept(const kernel::Component& buffer, config::Diagnostics& diagnostics);

}  // namespace subvolt::soc
