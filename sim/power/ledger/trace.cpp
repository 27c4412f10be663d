#include "sim/power/ledger/trace.h"

#include <algorithm>
#include <cmath>

#include "sim/units/picoseconds.h"

namespace subvolt::power {
namespace {

Picoseconds picoseconds_of(Time window) {
  return std::max(Picoseconds(1), Picoseconds(static_cast<std::int64_t>(std::llround(window.si() / kPicosecond.si()))));
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
      : trace_(trace), period_(static_cast<double>((trace.back().end - trace.front().begin).value())) {}
  double until(double ps) {
    while (shift_ + static_cast<double>(trace_[at_].end.value()) <= ps) {
      joules_ += trace_[at_].energy.si();
      if (++at_ < trace_.size()) continue;
      at_ = 0;
      shift_ += period_;
    }
    const TraceSegment& segment = trace_[at_];
    const double begin = shift_ + static_cast<double>(segment.begin.value());
    const double length = static_cast<double>((segment.end - segment.begin).value());
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
  const double first = static_cast<double>(trace.front().begin.value());
  const double last = static_cast<double>(trace.back().end.value());
  // The highest window begins where a segment begins or ends where one ends.
  std::vector<double> begins;
  for (const TraceSegment& segment : trace) {
    begins.push_back(static_cast<double>(segment.begin.value()));
    const double begin = static_cast<double>(segment.end.value()) - width;
    begins.push_back(begin < first ? begin + (last - first) : begin);
  }
  std::sort(begins.begin(), begins.end());
  Cumulative before(trace), after(trace);
  double highest = 0.0;
  for (const double begin : begins) highest = std::max(highest, after.until(begin + width) - before.until(begin));
  return highest;
}

Picoseconds row_length(Picoseconds window, Picoseconds run) {
  const Picoseconds fine = std::min(window / kRowsPerWindow, run / kFewestRows);
  const Picoseconds length = std::max(std::min(window, kShortestRow), fine);
  return std::max(length, Picoseconds(ceil_div(run.value(), kMostRows)));
}

}  // namespace

TraceRows::TraceRows(Picoseconds first, Picoseconds last, Time window) {
  const Picoseconds width = row_length(picoseconds_of(window), last - first);
  for (Picoseconds begin = first; begin < last;) {
    const Picoseconds end = last - begin < 2 * width ? last : begin + width;
    rows_.push_back({begin, end, Energy()});
    begin = end;
  }
}

void TraceRows::add(const TraceSegment& segment) {
  Energy left = segment.energy;
  for (Picoseconds at = segment.begin; at < segment.end;) {
    while (rows_[at_].end <= at) ++at_;
    const Picoseconds until = std::min(rows_[at_].end, segment.end);
    const double share =
        static_cast<double>((until - at).value()) / static_cast<double>((segment.end - segment.begin).value());
    // The last row gets the rest, so that nothing is lost by rounding.
    const Energy part = until == segment.end ? left : std::min(left, segment.energy * share);
    rows_[at_].energy += part;
    left = left - part;
    at = until;
  }
}

std::vector<TraceSegment> rows_of(const std::vector<TraceSegment>& trace, Time window) {
  if (trace.empty()) return {};
  TraceRows rows(trace.front().begin, trace.back().end, window);
  for (const TraceSegment& segment : trace) rows.add(segment);
  return rows.take();
}

Power peak_power(const std::vector<TraceSegment>& trace, Time window) {
  if (trace.empty() || trace.back().end <= trace.front().begin) return Power();
  const double period = static_cast<double>((trace.back().end - trace.front().begin).value());
  const double width = static_cast<double>(picoseconds_of(window).value());
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
