// How long a machine of a sequencer, a DMA and units takes for a layer's commands, by following them from engine to
// engine: who waits for whom is as in the machine (models/hw/npu/sequenced_accelerator.h), units work as long as they
// are said to.
//
// A transfer goes burst by burst, as the DMA cuts and sends them: one a cycle, loads and stores in turns, so many under
// way at most, the next when the interconnect has taken the last. burst_ways.h tells when each is answered.
//
// What it does not know are the phases of other clocks at the layer's begin, the rows of a DRAM and the moments of its
// refreshes, other initiators and the layer before.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/mapping/capabilities.h"
#include "sim/mapping/program/command.h"

namespace subvolt::mapping {

struct SequencedMachine {
  Cycles issue;         // from one command to the next
  Bytes burst;          // largest of the DMA
  int outstanding = 8;  // of the DMA, in both directions
  // Of a command that is no load or store: cycles of its unit.
  std::function<std::int64_t(const Command&)> cycles;
};

// From the doorbell to the interrupt.
Cycles replay(const std::vector<Command>& commands, const SequencedMachine& machine,
              const std::vector<MemoryRegion>& memories);

}  // namespace subvolt::mapping
