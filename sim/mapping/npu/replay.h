// How long a tiled NPU takes for a layer's commands, by following them from engine to engine: who waits for whom is as
// in the machine, transfers take what their ways let through (path.h). What it does not know are the rows and refreshes
// of a DRAM, other initiators, and the layer before.
//
//   transfer   its bursts follow each other at the pace of the way's slowest stage. While loads and stores are both
//   under
//              way they take turns burst by burst, as slowly as the slower one's, or as the memory that both use. The
//              next transfer's bursts follow at once, the transfer is done a latency after its last one.
//   tile, vector work   as long as in the machine
#pragma once

#include <cstdint>
#include <vector>

#include "sim/mapping/capabilities.h"
#include "sim/mapping/program/command.h"

namespace subvolt::mapping {

// From the doorbell to the interrupt.
Cycles replay(const std::vector<Command>& commands, const NpuCapabilities& npu,
              const std::vector<MemoryRegion>& memories);

}  // namespace subvolt::mapping
