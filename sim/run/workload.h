// What a design point runs and when: its scenario, or one network so many times. Internal to this room.
#pragma once

#include <optional>

#include "sim/rewrite/separate_activations.h"
#include "sim/run/design_point.h"

namespace subvolt::run {

// Throws Error(kConfiguration) for options that say what a scenario says.
void refuse_beside_scenario(const Request& request);

// Reads scenario, jobs and networks into the point. What the command line says goes before what the design says.
// Throws Error(kConfiguration), located.
void read_workload(const Request& request, const DesignFile& design, DesignPoint& point);

// Of layers that every accelerator refuses for the activation that was fused into them, and one takes without it, the
// activation becomes a layer of its own. Nothing when there are none.
std::optional<rewrite::Separated> fitted(const network::Network& network, const mapping::Hardware& hardware);

// The same for all networks of the point: activations run at the operating points of the layers that they were in.
void fit_workload(const mapping::Hardware& hardware, DesignPoint& point);

}  // namespace subvolt::run
