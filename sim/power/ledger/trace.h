// Power over time: a run's energy by segment, by window, and its peak.
#pragma once

#include <utility>
#include <vector>

#include "sim/units/counts.h"
#include "sim/units/picoseconds.h"
#include "sim/units/quantity.h"

namespace subvolt::power {

// Power is constant within a segment.
struct TraceSegment {
  Picoseconds begin{};
  Picoseconds end{};
  Energy energy;
};

// The trace in rows of one length, the last up to twice as long; their energies add up to that of the trace. Segments
// may be as short as two events are apart, and what is drawn for an event is known as a sum: power over less than a row
// is no measurement. A row is a tenth of the window, or a hundredth of a run that is shorter than ten; at least 1 us,
// or the window if that is shorter; and longer where there would be more than kMostRows.
inline constexpr std::int64_t kRowsPerWindow = 10;
inline constexpr std::int64_t kFewestRows = 100;       // a curve
inline constexpr std::int64_t kMostRows = 10'000;      // what plots and spreadsheets hold
inline constexpr Picoseconds kShortestRow{1'000'000};  // 1 us: estimate, the loop of a fast on-chip regulator
class TraceRows {
 public:
  TraceRows(Picoseconds first, Picoseconds last, Time window);
  void add(const TraceSegment& segment);  // in order of time
  std::vector<TraceSegment> take() { return std::move(rows_); }

 private:
  std::vector<TraceSegment> rows_;
  std::size_t at_ = 0;
};
std::vector<TraceSegment> rows_of(const std::vector<TraceSegment>& trace, Time window);

// Highest average power over any window of that length when the run repeats without a break, so that it is never below
// the average over the run: a window may reach into the next run, or over several.
Power peak_power(const std::vector<TraceSegment>& trace, Time window);

}  // namespace subvolt::power
