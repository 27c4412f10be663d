// A layer that the host computes: it reads its operands once, whole, and writes its output once.
#pragma once

#include "sim/mapping/command.h"
#include "sim/mapping/plan.h"

namespace subvolt::mapping {

HostWork host_work(const network::Network& network, std::size_t layer, const Placement& placement);

}  // namespace subvolt::mapping
