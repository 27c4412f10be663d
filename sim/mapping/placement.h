// Where tensors live. Parameters: off-chip when there is an off-chip memory, else on chip. Activations: on chip
// as far as they fit over their lifetimes, those that are moved most first, cheapest memory first; the rest off
// chip. The choice is exact, so a larger memory keeps at least as much on chip, fragmentation aside.
#pragma once

#include <vector>

#include "sim/config/diagnostics.h"
#include "sim/mapping/plan.h"

namespace subvolt::mapping {

inline constexpr std::int64_t kAlignment = 64;  // bytes: no two tensors share a burst of DRAM

// Reports each tensor that no memory holds. Views have their input's place.
Placement place_tensors(const network::Network& network, const std::vector<MemoryRegion>& memories,
                        config::Diagnostics& diagnostics);

}  // namespace subvolt::mapping
