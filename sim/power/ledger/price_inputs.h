// What a record and the points to price it at must be. Internal.
#pragma once

#include <vector>

#include "sim/power/ledger/energy_model.h"

namespace subvolt::power {

// Throws Error(kConfiguration) as power::price does, Error(kInvariant) for a record that is none.
void check_inputs(const ActivityRecord& record, const PowerIntent& intent, const std::vector<OperatingPoint>& points,
                  const PriceSources& sources);

}  // namespace subvolt::power
