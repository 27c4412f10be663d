// Ways to more room for a network that does not fit. Each was tried: whoever follows it gets on.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/mapping/capabilities.h"
#include "sim/mapping/place/stored_data.h"

namespace subvolt::mapping {

struct Shortfall {
  const network::Network& network;
  const std::vector<StoredData>& data;
  const std::vector<MemoryRegion>& memories;
  std::vector<std::size_t> larger;  // memories that would help if they were larger, the one to begin with first
  // Whether these data find their places in these memories.
  std::function<bool(const std::vector<StoredData>& data, const std::vector<MemoryRegion>& memories)> fits;
  std::vector<std::string> ways;  // that are known already
};

// "take a SoC with a larger memory (edge_npu), or --set 'soc.sram.size=4 MiB'"; where nothing helps, how large a memory
// has to be that holds all.
std::string ways_out(const Shortfall& shortfall);

// ", whose size its device decides", or nothing where its size is a key.
std::string fixed_size(const MemoryRegion& memory);

}  // namespace subvolt::mapping
