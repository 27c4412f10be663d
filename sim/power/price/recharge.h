// What it costs to bring the rails of a power domain back. Internal.
//
// A header switch cuts a rail from its supply. What hangs on it then leaks from its own charge, so that its voltage
// falls as V exp(-t / tau): the charge C V is lost to a current that at V is I, and is taken to fall with the voltage,
//
//   tau = C V / I = (C V^2) / (V I) = energy to charge the whole rail / leakage power at its voltage and temperature
//
// and the supply pays C V (V - V exp(-t / tau)) to bring it back: the share 1 - exp(-t / tau) of the whole. Currents
// fall faster than voltages, so real rails hold out longer: the share is on the safe side. (Z. Hu et al.,
// "Microarchitectural techniques for power gating of execution units", ISLPED 2004, has the same rail; its break-even
// times are those after which the leakage saved pays for this.)
#pragma once

#include <vector>

#include "sim/power/price/site.h"

namespace subvolt::power {

// Recharging the whole switched rail when the domain comes back from OFF or RETENTION, counted per wake-up. Going down
// is free: the charge is lost by leakage and paid when it is brought back. None without gates and bits; two when the
// bits have a rail of their own.
std::vector<Account> wake_accounts(const Site& site, const Technology& technology);

// A rail of a power domain: all that hangs on it.
struct CutRail {
  std::string supply;                                      // voltage domain
  Energy charge;                                           // to bring it back from 0 V
  Power leakage;                                           // powered
  Time time_constant() const { return charge / leakage; }  // infinite where nothing leaks
};
// Of the components of one domain, at their operating point.
std::vector<CutRail> cut_rails(const std::vector<Site>& sites, const Technology& technology);

// The account of a whole recharge (wake_accounts) for one who slept so long in OFF or RETENTION. What RETENTION keeps
// is held at its retention voltage: of its charge no more is lost.
Account after_sleep(Account whole, const Site& site, const Technology& technology, const CutRail& rail, PowerState from,
                    Time slept);

}  // namespace subvolt::power
