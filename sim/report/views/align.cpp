// Where a measured trace lies over a simulated one.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "sim/config/error.h"
#include "sim/report/views/supply_csv.h"
#include "sim/run/bench/trace_lines.h"
#include "sim/units/text.h"

namespace subvolt::report {
namespace {

constexpr std::size_t kCoarse = 20'000;  // windows of the coarse grid, of both traces together: 0.1 s of work
constexpr std::size_t kFewest = 4;       // windows that an offset is fitted to
constexpr double kFinest = 1.0 / 64.0;   // of a step: how near the offset is sought

std::vector<std::string_view> cells_of(std::string_view line) {
  std::vector<std::string_view> cells;
  for (std::size_t begin = 0;;) {
    const std::size_t comma = std::min(line.find(',', begin), line.size());
    std::string_view cell = line.substr(begin, comma - begin);
    while (!cell.empty() && (cell.front() == ' ' || cell.front() == '"')) cell.remove_prefix(1);
    while (!cell.empty() && (cell.back() == ' ' || cell.back() == '"' || cell.back() == '\r')) cell.remove_suffix(1);
    cells.push_back(cell);
    if (comma == line.size()) return cells;
    begin = comma + 1;
  }
}

// Charge up to a time of a current that is given at times: linear between them, or constant from each on.
class Charge {
 public:
  Charge(const MeasuredTrace& trace) : seconds_(trace.seconds), amperes_(trace.amperes), linear_(true) { sum(); }
  Charge(const SupplyTrace& trace) : linear_(false) {
    for (std::size_t w = 0; w < trace.samples.size(); ++w) {
      seconds_.push_back(in_seconds(trace.step * static_cast<std::int64_t>(w)));
      amperes_.push_back(trace.samples[w].current);
    }
    seconds_.push_back(in_seconds(trace.end));
    amperes_.push_back(amperes_.back());
    sum();
  }
  double begin() const { return seconds_.front(); }
  double end() const { return seconds_.back(); }
  double mean(double from, double to) const { return (until(to) - until(from)) / (to - from); }

 private:
  double until(double time) const {
    const auto after = std::upper_bound(seconds_.begin(), seconds_.end(), time);
    if (after == seconds_.begin()) return 0.0;
    const auto i = static_cast<std::size_t>(after - seconds_.begin()) - 1;
    if (i + 1 == seconds_.size()) return charges_.back();
    const double since = time - seconds_[i];
    const double slope = linear_ ? (amperes_[i + 1] - amperes_[i]) / (seconds_[i + 1] - seconds_[i]) : 0.0;
    return charges_[i] + since * (amperes_[i] + 0.5 * slope * since);
  }
  void sum() {
    charges_.assign(1, 0.0);
    for (std::size_t i = 0; i + 1 < seconds_.size(); ++i) {
      const double mean = linear_ ? 0.5 * (amperes_[i] + amperes_[i + 1]) : amperes_[i];
      charges_.push_back(charges_.back() + mean * (seconds_[i + 1] - seconds_[i]));
    }
  }
  std::vector<double> seconds_, amperes_, charges_;
  bool linear_;
};

// Windows of one width from the begin of the run that are wholly in the measured trace.
struct Overlap {
  std::int64_t first = 0, last = 0;  // last: not of them
};

class Fit {
 public:
  Fit(const Charge& simulated, const Charge& measured) : simulated_(simulated), measured_(measured) {
    least_ = 0.5 * std::min(simulated.end(), measured.end() - measured.begin());
  }
  Overlap overlap(double width, double offset) const {
    const double from = std::max(0.0, measured_.begin() - offset);
    const double to = std::min(simulated_.end(), measured_.end() - offset);
    return {static_cast<std::int64_t>(std::ceil(from / width - 1e-9)),
            static_cast<std::int64_t>(std::floor(to / width + 1e-9))};
  }
  // Mean square of the difference; infinite where too little overlaps.
  double square(double width, double offset) const {
    const Overlap o = overlap(width, offset);
    const std::int64_t n = o.last - o.first;
    if (n < 1 || static_cast<double>(n + 1) * width < least_) return std::numeric_limits<double>::infinity();
    double sum = 0.0;
    for (std::int64_t w = o.first; w < o.last; ++w) {
      const double from = static_cast<double>(w) * width, to = from + width;
      const double d = simulated_.mean(from, to) - measured_.mean(from + offset, to + offset);
      sum += d * d;
    }
    return sum / static_cast<double>(n);
  }
  // At every multiple of `width` at which enough overlaps, on means that are taken once.
  double coarse(double width) const {
    const auto means = [width](const Charge& charge, double from, double to) {
      std::vector<double> all;
      for (std::int64_t w = 0; from + static_cast<double>(w + 1) * width <= to * (1 + 1e-12); ++w) {
        all.push_back(charge.mean(from + static_cast<double>(w) * width, from + static_cast<double>(w + 1) * width));
      }
      return all;
    };
    const std::vector<double> s = means(simulated_, 0.0, simulated_.end());
    const std::vector<double> m = means(measured_, measured_.begin(), measured_.end());
    const auto ns = static_cast<std::int64_t>(s.size()), nm = static_cast<std::int64_t>(m.size());
    double best = 0.0, lowest = std::numeric_limits<double>::infinity();
    for (std::int64_t shift = -ns; shift < nm; ++shift) {
      const std::int64_t first = std::max<std::int64_t>(0, -shift), last = std::min(ns, nm - shift);
      if (2 * (last - first) < std::min(ns, nm) || last <= first) continue;
      double sum = 0.0;
      for (std::int64_t w = first; w < last; ++w) {
        const double d = s[static_cast<std::size_t>(w)] - m[static_cast<std::size_t>(w + shift)];
        sum += d * d;
      }
      sum /= static_cast<double>(last - first);
      if (sum < lowest) lowest = sum, best = measured_.begin() + static_cast<double>(shift) * width;
    }
    return best;
  }

 private:
  const Charge& simulated_;
  const Charge& measured_;
  double least_;
};

}  // namespace

MeasuredTrace read_measured(const std::string& file) {
  run::TraceLines lines(file);
  if (!lines.next())
    throw_configuration(file + ": empty: expected a line of column names, among them time_s and current_A");
  std::string_view heading = lines.text();
  if (heading.substr(0, 3) == "\xef\xbb\xbf") heading.remove_prefix(3);
  const std::vector<std::string_view> names = cells_of(heading);
  const auto column = [&](std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
      lines.fail(lines.begin(), "no column " + std::string(name) +
                                    ": expected column names in the first line, among them time_s and current_A, in "
                                    "seconds and amperes");
    }
    return static_cast<std::size_t>(found - names.begin());
  };
  const std::size_t time = column("time_s"), current = column("current_A");
  MeasuredTrace trace;
  while (lines.next()) {
    const std::vector<std::string_view> cells = cells_of(lines.text());
    if (cells.size() == 1 && cells.front().empty()) continue;
    const auto number = [&](std::size_t c) {
      double value = 0.0;
      if (c >= cells.size())
        lines.fail(lines.begin(), "expected " + std::to_string(names.size()) + " cells, as in the first line");
      const std::string_view cell = cells[c];
      const auto [rest, wrong] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
      if (wrong != std::errc() || rest != cell.data() + cell.size() || !std::isfinite(value)) {
        lines.fail(cell.data(), "expected a number, got \"" + std::string(cell) + "\"");
      }
      return value;
    };
    const double at = number(time);
    if (!trace.seconds.empty() && at <= trace.seconds.back()) {
      lines.fail(lines.begin(),
                 "expected a time after the one before, " + fmt::format("{}", trace.seconds.back()) + " s");
    }
    trace.seconds.push_back(at);
    trace.amperes.push_back(number(current));
  }
  if (trace.seconds.size() < 2) throw_configuration(file + ": expected two samples at least");
  return trace;
}

Alignment align(const SupplyTrace& trace, const MeasuredTrace& measured, const std::string& file) {
  const double step = in_seconds(trace.step);
  if (trace.samples.size() < kFewest) {
    throw_configuration("--align: the run has " + std::to_string(trace.samples.size()) +
                        " windows of --step, expected " + std::to_string(kFewest) + " at least: choose a shorter one");
  }
  const Charge simulated(trace), charge(measured);
  const double both = simulated.end() + charge.end() - charge.begin();
  const double shorter = std::min(simulated.end(), charge.end() - charge.begin());
  const double width = std::max(step, both / static_cast<double>(kCoarse));
  if (shorter < static_cast<double>(kFewest) * width) {
    throw_configuration(
        file + ": lasts " + fmt::format("{:.4g}", charge.end() - charge.begin()) + " s, the run " +
        fmt::format("{:.4g}", simulated.end()) +
        " s, which are too different to find one in the other: cut the longer one, or choose another --step");
  }
  const Fit fit(simulated, charge);
  Alignment found;
  found.offset = fit.coarse(width);
  double lowest = fit.square(width, found.offset);
  // Downhill, in steps that halve.
  for (double move = 0.5 * width; move > kFinest * step; move *= 0.5) {
    for (const double offset : {found.offset - move, found.offset + move}) {
      const double square = fit.square(width, offset);
      if (square < lowest) lowest = square, found.offset = offset;
    }
  }
  const Overlap o = fit.overlap(step, found.offset);
  found.first = static_cast<std::size_t>(o.first);
  double squares = 0.0;
  for (std::int64_t w = o.first; w < o.last; ++w) {
    const double from = static_cast<double>(w) * step;
    found.measured.push_back(charge.mean(from + found.offset, from + step + found.offset));
    const double current = trace.samples[static_cast<std::size_t>(w)].current;
    squares += (current - found.measured.back()) * (current - found.measured.back());
    found.mean_simulated += current;
    found.mean_measured += found.measured.back();
  }
  if (found.measured.empty())
    throw_configuration(file + ": no window of the run is wholly measured: choose a shorter --step");
  const auto n = static_cast<double>(found.measured.size());
  found.rms = std::sqrt(squares / n);
  found.mean_simulated /= n;
  found.mean_measured /= n;
  return found;
}

std::string alignment_text(const SupplyTrace& trace, const Alignment& a) {
  const auto current = [](double amperes) { return to_text(Current::from_si(amperes), 4); };
  const double difference = a.mean_simulated - a.mean_measured;
  const auto share = [](double part, double whole) {
    return whole > 0.0 ? fmt::format("{:.3g} % of the measured mean", 100.0 * part / whole)
                       : std::string("nothing measured");
  };
  const Picoseconds compared = trace.step * static_cast<std::int64_t>(a.measured.size());
  return fmt::format("offset      {}: where the run begins in the measured trace\n",
                     to_text(Time::from_si(a.offset), 6)) +
         fmt::format("compared    {} of {}, in windows of {}\n", to_text(Time::from_si(in_seconds(compared)), 4),
                     to_text(Time::from_si(in_seconds(trace.end)), 4), brief(Time::from_si(in_seconds(trace.step)))) +
         fmt::format("mean        simulated {}, measured {}: {:+.3g} %\n", current(a.mean_simulated),
                     current(a.mean_measured), a.mean_measured > 0.0 ? 100.0 * difference / a.mean_measured : 0.0) +
         fmt::format("residual    {} rms, {}\n", current(a.rms), share(a.rms, a.mean_measured));
}

}  // namespace subvolt::report
