// Layers on the host: what it has to do, and which memory it touches for that.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/mapping/processor/kernel_cost.h"
#include "sim/mapping/program/layer_plan.h"
#include "sim/network/network.h"

namespace subvolt::mapping {

// One kind of work within a layer.
struct HostTask {
  std::vector<std::string> names;  // under which a host may list it, the best one first: conv2d.fp32, conv2d
  KernelWork work;
};

// The layer itself, then what it does besides: the gates of a recurrent cell, a fused activation that is no clamp.
// Operations: MACs where it has some; else element operations; else elements moved. Results and rows are the first
// task's.
std::vector<HostTask> host_tasks(const network::Network& network, std::size_t layer);

// The name by which a host may list an operator that nothing here knows: the file's, without its domain, where that can
// be a key; else the name of what it became, `custom`.
std::string unknown_word(const network::Layer& layer);

// Reads and writes are whole tensors, once; of an operator that picks elements, as many bytes as it picks.
HostWork host_work(const network::Network& network, std::size_t layer, const Placement& placement);

}  // namespace subvolt::mapping
