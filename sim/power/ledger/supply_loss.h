// What a regulator loses on the way to its rail. Internal.
#pragma once

#include "sim/power/intent/power_intent.h"
#include "sim/power/ledger/ledger.h"

namespace subvolt::power {

// Of what is delivered at `v`: 1 / efficiency - 1.
double loss_share(const VoltageDomain& rail, Voltage v);
// Its account of one run, without its energy.
Account supply_loss(const VoltageDomain& rail, Voltage v, Energy delivered);

}  // namespace subvolt::power
