#include "sim/power/ledger/trace.h"

#include <algorithm>
#include <cmath>

#include "sim/units/picoseconds.h"

namespace subvolt::power {
namespace {

std::int64_t picoseconds_of(Time window) {
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::llround(window.si() / kPicosecond.si())));
}

Energy total_of(const std::vector<TraceSegment>& trace) {
  Energy sum;
  for (const TraceSegment& segment : trace) sum += segment.energy;
  return sum;
}

// Energy from the beginning of a trace that repeats to any time, for times that only rise.
class Cumulative {
 public:
  explicit Cumulative(const std::vector<TraceSegment>& trace)
      : trace_(trace), period_(static_cast<double>(trace.back().end_ps - trace.front().begin_ps)) {}
  double until(double ps) {
    while (shift_ + static_cast<double>(trace_[at_].end_ps) <= ps) {
      joules_ += trace_[at_].energy.si();
      if (++at_ < trace_.size()) continue;
      at_ = 0;
      shift_ += period_;
    }
    const TraceSegment& segment = trace_[at_];
    const double begin = shift_ + static_cast<double>(segment.begin_ps);
    const double length = static_cast<double>(segment.end_ps - segment.begin_ps);
    return ps <= begin ? joules_ : joules_ + segment.energy.si() * ((ps - begin) / length);
  }

 private:
  const std::vector<TraceSegment>& trace_;
  double period_;
  double shift_ = 0.0;  // of the repetition
  std::size_t at_ = 0;
  double joules_ = 0.0;
};

// The most energy that a window of that width, less than the run, can hold.
double most_energy(const std::vector<TraceSegment>& trace, double width) {
  const double first = static_cast<double>(trace.front().begin_ps);
  const double last = static_cast<double>(trace.back().end_ps);
  // The highest window begins where a segment begins or ends where one ends.
  std::vector<double> begins;
  for (const TraceSegment& segment : trace) {
    begins.push_back(static_cast<double>(segment.begin_ps));
    const double begin = static_cast<double>(segment.end_ps) - width;
    begins.push_back(begin < first ? begin + (last - first) : begin);
  }
  std::sort(begins.begin(), begins.end());
  Cumulative before(trace), after(trace);
  double highest = 0.0;
  for (const double begin : begins) highest = std::max(highest, after.until(begin + width) - before.until(begin));
  return highest;
}

std::int64_t row_length(std::int64_t window, std::int64_t run) {
  const std::int64_t fine = std::min(window / kRowsPerWindow, run / kFewestRows);
  const std::int64_t length = std::max(std::min(window, kShortestRow_ps), fine);
  return std::max(length, ceil_div(run, kMostRows));
}

}  // namespace

TraceRows::TraceRows(std::int64_t first_ps, std::int64_t last_ps, Time window) {
  const std::int64_t width = row_length(picoseconds_of(window), last_ps - first_ps);
  for (std::int64_t begin = first_ps; begin < last_ps;) {
    const std::int64_t end = last_ps - begin < 2 * width ? last_ps : begin + width;
    rows_.push_back({begin, end, Energy()});
    begin = end;
  }
}

void TraceRows::add(const TraceSegment& segment) {
  Energy left = segment.energy;
  for (std::int64_t at = segment.begin_ps; at < segment.end_ps;) {
    while (rows_[at_].end_ps <= at) ++at_;
    const std::int64_t until = std::min(rows_[at_].end_ps, segment.end_ps);
    const double share = static_cast<double>(until - at) / static_cast<double>(segment.end_ps - segment.begin_ps);
    // The last row gets the rest, so that nothing is lost by rounding.
    const Energy part = until == segment.end_ps ? left : std::min(left, segment.energy * share);
    rows_[at_].energy += part;
    left = left - part;
    at = until;
  }
}

std::vector<TraceSegment> rows_of(const std::vector<TraceSegment>& trace, Time window) {
  if (trace.empty()) return {};
  TraceRows rows(trace.front().begin_ps, trace.back().end_ps, window);
  for (const TraceSegment& segment : trace) rows.add(segment);
  return rows.take();
}

Power peak_power(const std::vector<TraceSegment>& trace, Time window) {
  if (trace.empty() || trace.back().end_ps <= trace.front().begin_ps) return Power();
  const double period = static_cast<double>(trace.back().end_ps - trace.front().begin_ps);
  const double width = static_cast<double>(picoseconds_of(window));
  const Energy total = total_of(trace);
  // Whole runs in the window, and what is left.
  const double runs = std::floor(width / period);
  const double rest = width - runs * period;
  double joules = runs * total.si();
  if (rest > 0.0) joules += most_energy(trace, rest);
  const Power peak = Energy::from_si(joules) / (width * kPicosecond);
  // The mean over all windows is the average, so only roundings can be missing here.
  return std::max(peak, total / (period * kPicosecond));
}

}  // namespace subvolt::power
