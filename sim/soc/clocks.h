// The clocks of a SoC, and the operating points that they change between. Internal to this room.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/config/diagnostics.h"
#include "sim/kernel/operating_points.h"
#include "sim/power/intent/power_intent.h"

namespace subvolt::soc {

using Clocks = std::map<std::string, std::unique_ptr<kernel::ClockDomain>>;

// At the first of the points.
Clocks make_clocks(const power::PowerIntent& intent, const std::vector<power::OperatingPoint>& points);

// nullptr for one point.
std::unique_ptr<kernel::OperatingPoints> make_operating_points(const power::PowerIntent& intent,
                                                               const std::vector<power::OperatingPoint>& points,
                                                               const Clocks& clocks,
                                                               kernel::ActivityRecorder& recorder);

// Points must agree in a clock of which a component keeps edges of its own: a memory's interface.
void check_fixed_clocks(const std::vector<power::OperatingPoint>& points, const Clocks& clocks);

}  // namespace subvolt::soc
