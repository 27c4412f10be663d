// How long a tiled NPU takes for a layer's commands, by following them from engine to engine: who waits for whom is as
// in the machine, tiles and vector work take as long as there.
//
// A transfer goes burst by burst, as the DMA cuts and sends them: one a cycle, loads and stores in turns, so many under
// way at most, the next when the interconnect has taken the last. burst_ways.h tells when each is answered.
//
// What it does not know are the phases of other clocks at the layer's begin, the rows of a DRAM and the moments of its
// refreshes, other initiators and the layer before.
#pragma once

#include <vector>

#include "sim/mapping/capabilities.h"
#include "sim/mapping/program/command.h"

namespace subvolt::mapping {

// From the doorbell to the interrupt.
Cycles replay(const std::vector<Command>& commands, const NpuCapabilities& npu,
              const std::vector<MemoryRegion>& memories);

}  // namespace subvolt::mapping
