// What a regulator loses on the way to its rail. Internal.
#pragma once

#include "sim/power/intent/power_intent.h"
#include "sim/power/ledger/ledger.h"

namespace subvolt::power {

// The one place where a count becomes energy, so that accounts, postings and trace multiply alike.
inline Energy priced(std::int64_t count, const Account& account) {
  return static_cast<double>(count) * account.unit_energy * account.scale;
}

// Of what is delivered, where that is the same at any load: 1 / efficiency - 1.
double loss_share(const VoltageDomain& rail, const Conditions& at);
// Accounts of one run, without their counts and energies.
Account supply_loss(const VoltageDomain& rail, const Conditions& at, Energy delivered);
// What was lost under load (load_losses.h), and what a regulator draws without load, by the picosecond.
Account load_loss(const VoltageDomain& rail, const Conditions& at, Energy delivered, Energy lost);
Account standing_loss(const VoltageDomain& rail, const Conditions& at, Power standing);

}  // namespace subvolt::power
