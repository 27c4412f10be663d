// What a design point runs and when: its scenario, or one network so many times. Internal to this room.
#pragma once

#include "sim/run/design_point.h"

namespace subvolt::run {

// Throws Error(kConfiguration) for options that say what a scenario says.
void refuse_beside_scenario(const Request& request);

// Reads scenario, jobs and networks into the point. What the command line says goes before what the design says.
// Throws Error(kConfiguration), located.
void read_workload(const Request& request, const DesignFile& design, DesignPoint& point);

}  // namespace subvolt::run
