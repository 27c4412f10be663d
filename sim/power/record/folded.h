// Records without a timeline: what prices need, whatever the length of the run.
//
// Epochs of one operating point (or one change to it), the same power states and the same task become one, whose times,
// counts and clock edges are their sums. Energies of a folded record are those of the record; what is lost is when they
// were spent, and with it peaks of power.
#pragma once

#include <cstddef>

#include "sim/power/record/activity_record.h"

namespace subvolt::power {

// Epochs that a record may have before it is worth folding: some hundred bytes each.
inline constexpr std::size_t kManyEpochs = 10'000;

void fold(ActivityRecord& record);

}  // namespace subvolt::power
