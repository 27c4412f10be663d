// An operator that a DSP has no tiles for: a kernel of its library, which goes over the operands piece by piece.
//
// What it reads and writes is what a host would (layer/host_layer.h): its operands once, results once. Of operators
// with MACs all but the first input stays in the L1 while inputs and results stream past; where that is more than half
// of the L1 it comes in parts of a quarter, and the inputs stream past again for each; of a recurrent layer the parts
// come again in each step. Pieces of inputs and results take a quarter of the L1, two of them are there at a time.
// Time: what the kernel's cost says of one core (processor/kernel_cost.h), shared by all cores, no less than its MACs
// take at the peak; `start` for each piece, the kernel's `call` once.
#pragma once

#include <vector>

#include "sim/mapping/layer/host_layer.h"
#include "sim/mapping/vector_dsp/vector_dsp_planner.h"

namespace subvolt::mapping {

// The names of a layer's tasks among `costs`; empty, and what is missing, where one has none.
std::vector<std::string> kernels_of(const network::Network& network, std::size_t layer, const KernelCosts& costs,
                                    std::string& missing);
LayerPlan plan_dsp_kernel(const VectorDspCapabilities& own, const network::Network& network, std::size_t layer,
                          const Placement& placement, const std::vector<MemoryRegion>& memories);
// What the cores' work adds to a layer's cost (cost_model.h): it chooses between accelerators, since tilings of one
// layer do about as much of it.
double dsp_core_cost(const VectorDspMachine& machine, const std::vector<Command>& commands);
// Of a tile's command or a kernel's.
std::int64_t dsp_cycles(const VectorDspMachine& machine, const Compute& compute);

}  // namespace subvolt::mapping
