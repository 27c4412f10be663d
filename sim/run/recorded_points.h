// Operating points of a record: what it was simulated at, settled again in an intent and a technology.
#pragma once

#include "sim/power/intent/power_intent.h"
#include "sim/power/record/activity_record.h"
#include "sim/power/technology/technology.h"

namespace subvolt::run {

// `point` with the clocks of the record at its operating point `p`; where they would follow otherwise from the point,
// its name tells so.
power::OperatingPoint at_recorded_clocks(power::OperatingPoint point, const power::ActivityRecord& record,
                                         std::size_t p, const power::PowerIntent& intent,
                                         const power::Technology& technology);

// All of them by their names, for a record of that intent. Throws Error(kConfiguration) where one cannot be.
std::vector<power::OperatingPoint> recorded_points(const power::ActivityRecord& record,
                                                   const power::PowerIntent& intent,
                                                   const power::Technology& technology);

}  // namespace subvolt::run
