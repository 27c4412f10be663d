// Simulated time as a count of picoseconds, SystemC's resolution, which `sim/soc` sets.
#pragma once

#include <cstdint>
#include <systemc>

namespace subvolt::kernel {

inline std::int64_t to_ps(const sc_core::sc_time& t) { return static_cast<std::int64_t>(t.value()); }
inline sc_core::sc_time from_ps(std::int64_t ps) {
  return sc_core::sc_time::from_value(static_cast<sc_core::sc_time::value_type>(ps));
}

// Of a run that goes ahead of SystemC (simulate.h); otherwise time is SystemC's.
struct TimeAhead {
  bool in_force = false;
  std::int64_t now_ps = 0;
};
extern TimeAhead time_ahead;

// Asked forty times per burst: sc_time_stamp() would be a call into a library.
inline std::int64_t now_ps() {
  return time_ahead.in_force ? time_ahead.now_ps : to_ps(sc_core::sc_get_curr_simcontext()->time_stamp());
}

}  // namespace subvolt::kernel
