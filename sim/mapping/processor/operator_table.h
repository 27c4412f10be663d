// What a host needs per element operation of each operator that it can run.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace subvolt::mapping {

// Operator name as in network files, OP or OP.TYPE for an element type that takes another time -> cycles per element
// operation, on an Arm Cortex-M4F class core. Element operations are those that networks count (docs/models.md): MACs
// of operators that have them; taps of pools; elements moved where the operator counts nothing. Beside operators:
// `gate`, the element operations of lstm, gru and rnn. What is missing, such as `custom`, no host can run.
std::vector<std::pair<std::string, double>> default_operators();

}  // namespace subvolt::mapping
