// What a host needs per element operation of each operator that it can run.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace subvolt::hw {

// Operator name as in network files -> cycles per element operation (network: one per output element; pools:
// one per tap), int8 data, on an Arm Cortex-M4 class core.
std::vector<std::pair<std::string, double>> default_host_operators();

}  // namespace subvolt::hw
