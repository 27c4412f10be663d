// Where tensors live: as the design's rules say, and for the rest where it costs least (memory_assignment.h).
#pragma once

#include <cstdint>
#include <vector>

#include "sim/config/diagnostics.h"
#include "sim/mapping/place/placement_rules.h"
#include "sim/mapping/program/layer_plan.h"
#include "sim/network/network.h"

namespace subvolt::mapping {

// Reports mistakes in the rules, each tensor that has no room where a rule wants it, and each that no memory holds,
// with required and available bytes. Views have their input's place. Tensors that a rule places take the first
// memory of its list with room, in the order of stored_data(), before anything is placed automatically. `stages` and
// `joins`: as of Placement.
Placement place_tensors(const network::Network& network, const std::vector<MemoryRegion>& memories,
                        config::Diagnostics& diagnostics, const std::vector<PlacementRule>& rules = {},
                        std::vector<int> stages = {}, Joins joins = {});

// By TensorId: tensors that the rules would have live together, or that none of them is about, have the same number.
std::vector<std::size_t> rule_of_tensors(const network::Network& network, const std::vector<MemoryRegion>& memories,
                                         const std::vector<PlacementRule>& rules);

// How full a placement makes a memory.
struct MemoryUse {
  std::int64_t weights = 0;      // bytes, 64 B granules
  std::int64_t activations = 0;  // most alive at one moment
  std::int64_t extent = 0;       // from its base to the end of the last tensor, gaps included
};
std::vector<MemoryUse> memory_use(const network::Network& network, const Placement& placement,
                                  const std::vector<MemoryRegion>& memories);

}  // namespace subvolt::mapping
