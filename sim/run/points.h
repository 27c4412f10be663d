// At which operating point a design point's layers run. Internal to this room.
#pragma once

#include "sim/run/design_point.h"

namespace subvolt::run {

// Of whatever nobody gives another one: what the command line says, else the design, else the intent's first. Throws
// Error(kConfiguration), located.
power::OperatingPoint run_point(const Request& request, const DesignFile& design, const DesignPoint& point);

// For whose clocks layers are mapped: what the command line says, else the design, else the intent's first, or the
// run's own where that one cannot be in this technology.
power::OperatingPoint mapped_point(const Request& request, const DesignFile& design, const DesignPoint& point);

// Of each layer of each stream: by the design's patterns, the first that matches its name, else the stream's, else the
// run's, which is the point's only one so far. Points that are alike in all voltages and frequencies are one. Throws
// Error(kConfiguration), located: a pattern that matches no layer, a point that cannot be.
void settle_points(const DesignFile& design, DesignPoint& point);

}  // namespace subvolt::run
