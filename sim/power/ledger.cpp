#include "sim/power/ledger.h"

#include <algorithm>
#include <cmath>

namespace subvolt::power {
namespace {

constexpr double kPicosecond_s = 1e-12;

// Energy from the beginning of the trace to any time, for times that only rise.
class Cumulative {
 public:
  explicit Cumulative(const std::vector<TraceSegment>& trace) : trace_(trace) {}
  double until(double ps) {
    while (at_ < trace_.size() && static_cast<double>(trace_[at_].end_ps) <= ps) joules_ += trace_[at_++].energy.si();
    if (at_ == trace_.size()) return joules_;
    const TraceSegment& segment = trace_[at_];
    const double begin = static_cast<double>(segment.begin_ps);
    if (ps <= begin) return joules_;
    return joules_ + segment.energy.si() * ((ps - begin) / (static_cast<double>(segment.end_ps) - begin));
  }

 private:
  const std::vector<TraceSegment>& trace_;
  std::size_t at_ = 0;
  double joules_ = 0.0;
};

}  // namespace

Power peak_power(const std::vector<TraceSegment>& trace, Time window) {
  if (trace.empty()) return Power();
  const double first = static_cast<double>(trace.front().begin_ps);
  const double last = static_cast<double>(trace.back().end_ps);
  const double width = std::min(std::max(1.0, std::round(window.si() / kPicosecond_s)), last - first);
  if (!(width > 0.0)) return Power();

  // Where the highest window can begin, in rising order.
  std::vector<double> begins;
  for (const TraceSegment& segment : trace) {
    begins.push_back(static_cast<double>(segment.begin_ps));
    begins.push_back(static_cast<double>(segment.end_ps) - width);
  }
  std::sort(begins.begin(), begins.end());
  Cumulative before(trace), after(trace);
  double highest = 0.0;
  for (const double begin : begins) {
    if (begin < first || begin + width > last) continue;
    highest = std::max(highest, after.until(begin + width) - before.until(begin));
  }
  return Energy::from_si(highest) / Time::from_si(width * kPicosecond_s);
}

}  // namespace subvolt::power
