// The steady form of a network's layers: that of an inference that finds its weights where the one before left them.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/mapping/program/plan.h"
#include "sim/network/network.h"

namespace subvolt::mapping {

// Appends the steady form of the layers of `network` to the program, whose first form they are: layer l has its own at
// l + network.layers.size(), and LayerProgram::layer tells either's. Where no accelerator keeps anything of a part
// (Network::Part) the forms are the same; false, and nothing appended, when that is so of all. Before layers are
// chained.
bool add_steady_form(Program& program, const network::Network& network, const Hardware& hardware);

// Lets jobs run the steady form that find the weights of all their part's accelerators as a job of the same part left
// them: nobody else has used the accelerators since. `part_of_job`: index into network.parts.
void use_steady_form(Program& program, const network::Network& network, const std::vector<std::size_t>& part_of_job);

}  // namespace subvolt::mapping
