// What a run comes to on any chip, at some voltages: priced for a few chips, interpolated between them.
//
// A chip is two numbers: by how many deviations of `process.threshold_sigma` its thresholds lie above the typical
// one's, and by how many deviations its slowest path lies above its mean path. The first goes through devices and
// prices like any shift, at seven chips from -4.5 to 4.5 deviations; logarithms of speeds and of costs of time are
// cubic between them, which is exact to 1e-4 (tests/contract/yield_test.py). In the second the logarithm of a
// speed is linear.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "sim/run/conditions/priced_run.h"

namespace subvolt::run {

struct DrawnChip {
  double deviations = 0.0;  // of its thresholds from the typical chip's, positive: slow
  double path = 0.0;        // of its slowest path from its mean one
};

class ChipSurface {
 public:
  static constexpr std::size_t kNodes = 7;
  static constexpr double kNodeDistance = 1.5, kFirstNode = -4.5;  // in deviations
  using Curve = std::array<double, kNodes>;

  // Voltages at which nothing works are left out: why_not() tells of the first.
  ChipSurface(const PricedRun& run, const power::Technology& technology, const std::vector<Voltage>& voltages);

  std::size_t voltages() const { return rows_.size(); }
  Voltage voltage(std::size_t row) const { return rows_[row].voltage; }
  std::size_t row_of(Voltage voltage) const;  // one that is there, to 1 uV. Throws Error(kConfiguration): why it is not
  const std::string& why_not() const { return why_not_; }
  // By what factor all clocks of the run may be faster there: below 1 they must be slower.
  double room(std::size_t row, const DrawnChip& chip) const;
  // Of the run with its clocks slowed by a factor.
  Energy energy(std::size_t row, const DrawnChip& chip, double slower) const;
  Power leakage(std::size_t row, const DrawnChip& chip) const;
  // Share of chips whose room is at least `wanted`, without drawing one: over all thresholds, the share of paths that
  // are fast enough.
  double share_with_room(std::size_t row, double wanted) const;
  // The room that this share of chips has: what share_with_room() inverts.
  double room_of_share(std::size_t row, double share) const;
  double paths() const { return paths_; }

 private:
  struct Clock {
    double log_hertz = 0.0;
    Curve gates{}, slope{}, macros{};  // logarithms of limits on the median path, and how they fall with `path`
  };
  struct Row {
    Voltage voltage;
    Energy switching;          // costs of counts: all chips' alike
    Curve standing{}, leak{};  // logarithms of joules
    std::vector<Clock> clocks;
  };
  Row row_at(const PricedRun& run, const power::ProcessSpread& process, Voltage voltage) const;

  double paths_ = 1.0, median_path_ = 0.0;
  Time duration_;
  std::vector<Row> rows_;
  std::string why_not_;
};

}  // namespace subvolt::run
