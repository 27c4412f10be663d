// What it takes to go from one operating point to another: time until rails and clocks have settled, and energy.
//
//   t = max over rails whose voltage changes (settle + |dV| time_per_volt)  +  max over clocks whose frequency changes
//       (relock)
//
// as regulators and oscillators do it: rails move side by side, clocks start when supplies are there (S. Park et al.,
// "Accurate modeling of the delay and energy overhead of dynamic voltage and frequency scaling in modern
// microprocessors", IEEE TCAD 32(5), 2013, which tells transitions apart into these two parts).
//
//   E = C (V2^2 - V1^2) / 2   for a rail that rises from V1 to V2: what its capacitors C hold more, delivered through
//   the
//                             regulator, whose loss comes on top; nothing for one that falls
//
// Nothing is given back on the way down: the charge is used up or lost, and paid for when it is brought back, as with
// power states. T. Burd and R. Brodersen, "Design issues for dynamic voltage scaling", ISLPED 2000, have a regulator
// that returns it and loses (1 - efficiency) C |V2^2 - V1^2| either way: `energy` says that, or what was measured.
#pragma once

#include "sim/power/intent/power_intent.h"

namespace subvolt::power {

Time change_time(const PowerIntent& intent, const OperatingPoint& from, const OperatingPoint& to);

// Delivered to the rail for one change.
Energy change_energy(const RailTransition& transition, Voltage from, Voltage to);

}  // namespace subvolt::power
