#include "sim/run/spread/chip_surface.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/power/technology/variation/normal_distribution.h"

namespace subvolt::run {
namespace {

// Where nothing limits.
constexpr double kFarAbove = 1e300;
double log_of(Frequency limit) { return std::log(std::min(limit.si(), kFarAbove)); }
// Costs that may be nothing at all.
double log_of(Energy energy) { return std::log(std::max(energy.si(), 1e-300)); }

double at(const ChipSurface::Curve& curve, double deviations) {
  const double position = (deviations - ChipSurface::kFirstNode) / ChipSurface::kNodeDistance;
  const double last = static_cast<double>(ChipSurface::kNodes - 4);
  const auto first = static_cast<std::size_t>(std::clamp(std::floor(position) - 1.0, 0.0, last));
  const double x = position - static_cast<double>(first);  // cubic through 0, 1, 2, 3
  const double a = x - 1.0, b = x - 2.0, c = x - 3.0;
  return (-a * b * c * curve[first] + 3.0 * x * b * c * curve[first + 1] - 3.0 * x * a * c * curve[first + 2] +
          x * a * b * curve[first + 3]) /
         6.0;
}

}  // namespace

ChipSurface::ChipSurface(const PricedRun& run, const power::Technology& technology,
                         const std::vector<Voltage>& voltages)
    : duration_(run.duration()) {
  if (!technology.process) {
    throw_configuration("technology " + technology.name + " does not say how chips differ: give it `process`");
  }
  if (technology.process->mismatch) paths_ = technology.process->mismatch->critical_paths.value;
  median_path_ = power::largest_quantile(paths_, 0.5);
  for (const Voltage voltage : voltages) {
    try {
      rows_.push_back(row_at(run, *technology.process, voltage));
    } catch (const Error& e) {
      if (e.kind() != ErrorKind::kConfiguration) throw;
      if (why_not_.empty()) why_not_ = e.what();
    }
  }
}

ChipSurface::Row ChipSurface::row_at(const PricedRun& run, const power::ProcessSpread& process, Voltage voltage) const {
  Row row;
  row.voltage = voltage;
  power::OperatingPoint point = run.at(voltage);
  for (std::size_t node = 0; node < kNodes; ++node) {
    point.process = process.at(kFirstNode + kNodeDistance * static_cast<double>(node));
    const power::Repriced priced = run.price(point, 1.0);
    row.switching = priced.total - priced.standing;
    row.standing[node] = log_of(priced.standing);
    row.leak[node] = log_of(priced.leakage);
    point.slowest_path = median_path_;
    const auto typical = run.clock_limits(point);
    point.slowest_path = median_path_ + 1.0;
    const auto slower = run.clock_limits(point);
    row.clocks.resize(typical.size());
    for (std::size_t c = 0; c < typical.size(); ++c) {
      Clock& clock = row.clocks[c];
      clock.log_hertz = std::log(typical[c].hertz);
      clock.gates[node] = log_of(typical[c].gates);
      clock.slope[node] = clock.gates[node] - log_of(slower[c].gates);
      clock.macros[node] = log_of(typical[c].macros);
    }
  }
  return row;
}

std::size_t ChipSurface::row_of(Voltage voltage) const {
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    if (std::abs((rows_[row].voltage - voltage).si()) < 1e-6) return row;
  }
  throw_configuration("at " + to_text(voltage, 4) + " nothing works" + (why_not_.empty() ? "" : ": " + why_not_));
}

double ChipSurface::room(std::size_t row, const DrawnChip& chip) const {
  double least = std::numeric_limits<double>::infinity();
  for (const Clock& clock : rows_[row].clocks) {
    const double gates =
        at(clock.gates, chip.deviations) - at(clock.slope, chip.deviations) * (chip.path - median_path_);
    least = std::min(least, std::min(gates, at(clock.macros, chip.deviations)) - clock.log_hertz);
  }
  return std::exp(least);
}

Energy ChipSurface::energy(std::size_t row, const DrawnChip& chip, double slower) const {
  return rows_[row].switching + Energy::from_si(slower * std::exp(at(rows_[row].standing, chip.deviations)));
}

Power ChipSurface::leakage(std::size_t row, const DrawnChip& chip) const {
  return Energy::from_si(std::exp(at(rows_[row].leak, chip.deviations))) / duration_;
}

double ChipSurface::share_with_room(std::size_t row, double wanted) const {
  // Slices of the thresholds' distribution, each at its middle; beyond 8 deviations lie 1e-15 of the chips.
  constexpr int kSlices = 1600;
  constexpr double kFarthest = 8.0, kWidth = 2.0 * kFarthest / kSlices;
  const double log_wanted = std::log(wanted);
  double share = 0.0, below = power::normal_cdf(-kFarthest);
  for (int i = 0; i < kSlices; ++i) {
    const double begin = -kFarthest + kWidth * i, deviations = begin + 0.5 * kWidth;
    const double up_to = power::normal_cdf(begin + kWidth), slice = up_to - below;
    below = up_to;
    double slowest = std::numeric_limits<double>::infinity();  // path that is just fast enough for all clocks
    for (const Clock& clock : rows_[row].clocks) {
      const double needed = clock.log_hertz + log_wanted;
      if (at(clock.macros, deviations) < needed) slowest = -std::numeric_limits<double>::infinity();
      const double left = at(clock.gates, deviations) - needed, slope = at(clock.slope, deviations);
      if (slope > 0.0) {
        slowest = std::min(slowest, median_path_ + left / slope);
      } else if (left < 0.0) {
        slowest = -std::numeric_limits<double>::infinity();
      }
    }
    share += slice * std::exp(paths_ * std::log1p(-power::normal_cdf(-slowest)));
  }
  return share;
}

double ChipSurface::room_of_share(std::size_t row, double share) const {
  double low = 1e-6, high = 1e6;
  while (high / low > 1.0 + 1e-9) {
    const double middle = std::sqrt(low * high);
    (share_with_room(row, middle) >= share ? low : high) = middle;
  }
  return std::sqrt(low * high);
}

}  // namespace subvolt::run
