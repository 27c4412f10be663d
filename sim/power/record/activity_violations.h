// What a record must fulfil before anything can be computed from it. Internal.
#pragma once

#include <string>
#include <vector>

#include "sim/power/record/activity_record.h"

namespace subvolt::power {

// Lists whose lengths do not match, indices out of range, unknown domains.
std::vector<std::string> structural_violations(const ActivityRecord& record);

// Of a record whose indices are in range: events that their hardware cannot have counted, and layers that say something
// else than the events of their tasks.
std::vector<std::string> count_violations(const ActivityRecord& record);

}  // namespace subvolt::power
