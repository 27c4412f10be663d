// The order in which a ledger tells its accounts. Internal.
#pragma once

#include "sim/power/ledger/ledger.h"

namespace subvolt::power {

// By component (rails last), cause, name; postings follow their accounts, by task.
void sort_accounts(Ledger& ledger);

}  // namespace subvolt::power
