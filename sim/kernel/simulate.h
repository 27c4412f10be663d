// Begin and end of a simulation.
#pragma once

#include <cstdint>

#include "sim/units/picoseconds.h"

namespace subvolt::kernel {

enum class Pace {
  kFastest,  // ahead of SystemC where nobody can see it
  kInStep    // SystemC's time is that of the components: the reference
};

enum class Ending {
  kStopped,    // by stop_simulation()
  kRanOut,     // nothing happens any more
  kEndOfTime,  // something would happen later than `end`
};

// Runs what was elaborated, until `end` at the latest. Nobody can see SystemC's time where every process is of the
// kernel (Timeline, Thread, ports) and every port is bound to one of ours: then it stands still, and time goes on in
// time_now() only. Throws what components throw; Error(kInternal) for what SystemC reports.
Ending simulate(Picoseconds end, Pace pace = Pace::kFastest);

// sc_stop() without SystemC's word of it on stdout, which belongs to the result.
void stop_simulation();

}  // namespace subvolt::kernel
