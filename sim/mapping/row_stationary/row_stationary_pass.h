// A pass of a row-stationary array in time: a recurrence over its windows, one of each image and output column.
//
// From the start of a pass, with R x S filters, c channels, k filters, e rows of F columns and PE sets (p, q, r, t):
//   reload   all filter words move to the scratchpads, filter_rate per cycle: D = ceil(R S c k / filter_rate).
//   ifmaps   the columns that window w needs and those before did not have, H c words each (H: rows of the strip) are
//            there at  a(w) = max(a(w-1), start(w - ifmap_ahead)) + ceil(words / ifmap_rate), from 0 on
//   psums    where it accumulates, those of window w at  i(w) = max(i(w-1), start(w-1)) + ceil(e k / psum_rate)
//   work     start(w) = max(end(w-1), D, a(w), i(w));  a PE multiplies once per cycle, S q p times a window;
//            its sums leave when those of the window before have:  end(w) = max(start(w) + S q p, o(w-1))
//   results  reach the global buffer at  o(w) = end(w) + ceil(e k / psum_rate)
// The pass ends with its last window; results that are still on their way move while the next one reloads.
//
// Where PEs multiply all the time this is n F S p q cycles of a pass, besides the reload: the count of the papers. A
// clock-by-clock machine of the tests moves word by word (tests/support/row_stationary_twin.h).
#pragma once

#include <cstdint>
#include <map>
#include <tuple>
#include <utility>

#include "sim/mapping/row_stationary/row_stationary_machine.h"

namespace subvolt::mapping {

struct PassTimes {
  PeSets sets;
  std::int64_t reload = 0;   // cycles in which only filters move
  std::int64_t compute = 0;  // in which PEs multiply
  std::int64_t wait = 0;     // in which they wait for words of ifmaps or psums
  std::int64_t tail = 0;     // after the end: results on their way
  std::int64_t cycles() const { return reload + compute + wait; }
};

// `tail`: cycles for which results of the pass before are still on their way. The pass can be arranged.
PassTimes time_pass(const RowStationaryMachine& machine, const RowStationaryPass& pass, std::int64_t tail);

// Layers repeat few passes many times.
class PassTimer {
 public:
  explicit PassTimer(const RowStationaryMachine& machine) : machine_(machine) {}
  const PassTimes& time(const RowStationaryPass& pass, std::int64_t tail);

 private:
  RowStationaryMachine machine_;
  std::map<std::pair<decltype(RowStationaryPass{}.key()), std::int64_t>, PassTimes> known_;
};

}  // namespace subvolt::mapping
