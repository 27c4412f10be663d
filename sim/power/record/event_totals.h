// How often each event of a record happened, whosever.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/power/record/activity_record.h"

namespace subvolt::power {

// By event, in the order of components and of their events.
std::vector<std::int64_t> event_totals(const ActivityRecord& record);

}  // namespace subvolt::power
