// Accounts of a chip's own terms. Internal.
#pragma once

#include <vector>

#include "sim/power/ledger/ledger.h"
#include "sim/power/price/site.h"

namespace subvolt::power {

// One for each term that prices the event at the site's operating point, "npu.working_cycles.clock"; the record tells
// the frequency of the clock whose cycles are counted, at its `point`-th. Of an intent with `fitted`.
std::vector<Account> fitted_accounts(const Site& site, std::size_t point, const EventDeclaration& event,
                                     const PowerIntent& intent, const ActivityRecord& record);

}  // namespace subvolt::power
