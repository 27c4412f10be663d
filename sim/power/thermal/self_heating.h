// The temperature at which a chip gives off what it draws.
//
//   T = T_ambient + theta P(T)
//
// P grows with T, for leakage does, and faster the hotter: P is convex. Newton's method from ambient then rises to the
// lowest solution without passing it; and there is none where it meets theta dP/dT >= 1 while the chip still heats more
// than it gives off: it runs away. The criterion is the usual one (K. Skadron et al., "Temperature-aware
// microarchitecture", ISCA 2003, discusses the feedback; theta dP_leak/dT < 1 in references on thermal runaway).
#pragma once

#include <functional>
#include <vector>

#include "sim/power/ledger/trace.h"
#include "sim/power/thermal/package.h"

namespace subvolt::power {

struct HeatBalance {
  bool settles = false;
  Temperature junction;  // where it settles, or where it turned out that it does not
  Power power;           // drawn there, of what heats the chip
  double power_slope_W_per_K = 0.0;
  double gain = 0.0;  // theta dP/dT: 1 and more runs away
  int steps = 0;
};

// Solved to 1e-6 K and better. `power_at`: of the chip at a junction temperature. Looks no further than `highest`, up
// to which models hold: a chip that is hotter there, and not in balance, does not settle.
HeatBalance heat_balance(const std::function<Power(Temperature)>& power_at, double resistance_K_per_W,
                         Temperature ambient, Temperature highest);

// Of a run that repeats without a break, its power over time known: where the junction is hottest and coolest. Power is
// that of the trace; what leaks in it is that of the mean temperature.
struct Swing {
  Temperature lowest, highest;
  std::vector<Temperature> at_ends;  // of the trace's segments
};
Swing temperature_swing(const std::vector<TraceSegment>& trace, const Package& package, Temperature ambient);

}  // namespace subvolt::power
