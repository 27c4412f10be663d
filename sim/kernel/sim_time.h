// Simulated time in picoseconds, SystemC's resolution, which `sim/soc` sets.
#pragma once

#include <systemc>

#include "sim/units/picoseconds.h"

namespace subvolt::kernel {

inline Picoseconds to_picoseconds(const sc_core::sc_time& t) {
  return Picoseconds(static_cast<std::int64_t>(t.value()));
}
inline sc_core::sc_time to_sc_time(Picoseconds t) {
  return sc_core::sc_time::from_value(static_cast<sc_core::sc_time::value_type>(t.value()));
}

// Of a run that goes ahead of SystemC (simulate.h); otherwise time is SystemC's.
struct TimeAhead {
  bool in_force = false;
  Picoseconds now{};
};
extern TimeAhead time_ahead;

// Asked forty times per burst: sc_time_stamp() would be a call into a library.
inline Picoseconds time_now() {
  return time_ahead.in_force ? time_ahead.now : to_picoseconds(sc_core::sc_get_curr_simcontext()->time_stamp());
}

}  // namespace subvolt::kernel
