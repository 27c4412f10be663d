#include "sim/report/views/supply_csv.h"

#include <algorithm>

#include "sim/config/error.h"
#include "sim/config/text.h"
#include "sim/report/views/tracks.h"
#include "sim/units/text.h"

namespace subvolt::report {
namespace {

// The voltage at the input of all regulators that no other one feeds.
double common_input(const power::PowerIntent& intent) {
  std::vector<std::string> names;
  std::optional<Voltage> input;
  bool common = true;
  for (const power::VoltageDomain& rail : intent.voltage_domains) {
    names.push_back(rail.name);
    if (!rail.regulator.from.empty()) continue;
    common = common && (!input || *input == rail.regulator.input);
    input = rail.regulator.input;
  }
  if (common && input && *input > Voltage()) return input->si();
  throw_configuration(
      "the regulators tell no common input, at which one supply would measure: say it, such as --input 3.7V, or choose "
      "with --rail one of " +
      config::listed(names));
}

double covered(const CurvePoints& points, std::size_t p, double end) {
  return p + 1 < points.size() ? in_seconds(points[p + 1].at) : end;
}

// Means over windows, in order; `points` begin at 0.
class Means {
 public:
  Means(const CurvePoints& points, Picoseconds end) : points_(points), end_(in_seconds(end)) {}
  double over(Picoseconds from, Picoseconds to) {
    const double begin = in_seconds(from), end = in_seconds(to);
    while (at_ + 1 < points_.size() && points_[at_ + 1].at <= from) ++at_;
    if (at_ + 1 == points_.size() || points_[at_ + 1].at >= to) return points_[at_].value;
    double sum = 0.0;
    for (std::size_t p = at_; p < points_.size() && in_seconds(points_[p].at) < end; ++p) {
      sum += points_[p].value * (std::min(covered(points_, p, end_), end) - std::max(in_seconds(points_[p].at), begin));
    }
    return sum / (end - begin);
  }

 private:
  const CurvePoints& points_;
  double end_;
  std::size_t at_ = 0;
};

}  // namespace

SupplyTrace supply_trace(const TracedRun& run, const std::string& rail, std::optional<Voltage> input,
                         Picoseconds step) {
  SupplyTrace trace{step, run.record.total_time, rail.empty() ? "input" : rail, {}};
  if (!rail.empty() && !run.intent.find_voltage_domain(rail)) {
    std::vector<std::string> names;
    for (const power::VoltageDomain& domain : run.intent.voltage_domains) names.push_back(domain.name);
    throw_configuration("--rail: no voltage domain \"" + rail + "\"" + config::did_you_mean(rail, names) +
                        ": expected one of " + config::listed(names));
  }
  const std::int64_t windows = ceil_div(trace.end.value(), step.value());
  if (windows > kMostSamples) {
    throw_configuration("--step: " + grouped(windows) + " samples are more than " + grouped(kMostSamples) +
                        ": choose a longer one, such as --step " +
                        std::to_string(ceil_div(trace.end.value(), kMostSamples * 1'000'000)) + "us");
  }
  if (windows == 0) return trace;
  const CurvePoints volts = rail.empty() ? CurvePoints{{Picoseconds(), input ? input->si() : common_input(run.intent)}}
                                         : voltage_curve(run, rail);
  const CurvePoints watts = power_curve(run.power, step, trace.end, [&](const power::CauseTrace::Column& column) {
    return rail.empty() || column.rail == rail;
  });
  Means volt_means(volts, trace.end), watt_means(watts, trace.end);
  for (std::int64_t w = 0; w < windows; ++w) {
    const Picoseconds from = step * w, to = std::min(step * (w + 1), trace.end);
    const double voltage = volt_means.over(from, to);
    trace.samples.push_back({voltage > 0.0 ? watt_means.over(from, to) / voltage : 0.0, voltage});
  }
  return trace;
}

namespace {

std::string lines(const SupplyTrace& trace, const Alignment* alignment) {
  std::string text = std::string("time_s,current_A,voltage_V") + (alignment ? ",measured_A,residual_A\n" : "\n");
  const std::size_t n = trace.samples.size();
  for (std::size_t line = 0; line <= n && n > 0; ++line) {
    const std::size_t w = std::min(line, n - 1);
    const Picoseconds at = line == n ? trace.end : trace.step * static_cast<std::int64_t>(line);
    const SupplyTrace::Sample& sample = trace.samples[w];
    text += shortest(in_seconds(at)) + "," + shortest(sample.current) + "," + shortest(sample.voltage);
    if (alignment && w >= alignment->first && w - alignment->first < alignment->measured.size()) {
      const double measured = alignment->measured[w - alignment->first];
      text += "," + shortest(measured) + "," + shortest(sample.current - measured);
    } else if (alignment) {
      text += ",,";
    }
    text += "\n";
  }
  return text;
}

}  // namespace

std::string supply_csv(const SupplyTrace& trace) { return lines(trace, nullptr); }
std::string supply_csv(const SupplyTrace& trace, const Alignment& alignment) { return lines(trace, &alignment); }

}  // namespace subvolt::report
