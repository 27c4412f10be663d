// What to say when a network does not fit into the memories of a SoC: once, what is needed in all against what is
// there, which memory is full, and a way out that was tried.
#pragma once

#include <vector>

#include "sim/config/diagnostics.h"
#include "sim/mapping/place/memory_assignment.h"

namespace subvolt::mapping {

// `found`: an assignment that leaves some data without a place. Located at the first of these.
void report_shortage(const network::Network& network, const std::vector<StoredData>& data,
                     const std::vector<MemoryRegion>& memories, const std::vector<int>& pinned, const Assignment& found,
                     config::Diagnostics& diagnostics);

}  // namespace subvolt::mapping
