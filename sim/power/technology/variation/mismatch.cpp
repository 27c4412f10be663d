#include "sim/power/technology/variation/mismatch.h"

#include <cmath>

#include "sim/power/technology/variation/normal_distribution.h"
#include "sim/units/constants.h"

namespace subvolt::power {
namespace {

// Half the distance over which slopes are taken: far below any kT/q, far above what doubles resolve.
constexpr Voltage kSmallShift = Voltage::from_si(1e-4);

Voltage value_of(const std::optional<config::Sourced<Voltage>>& stated, Voltage otherwise) {
  return stated ? stated->value : otherwise;
}

}  // namespace

const config::Schema<Mismatch>& Mismatch::schema() {
  constexpr Voltage kMost = Voltage::from_si(0.2);
  static const auto s =
      config::Schema<Mismatch>("mismatch", "How transistors of one chip differ, and what slows a chip of them.")
          .required(
              "threshold", &Mismatch::threshold,
              "Standard deviation of the threshold of one transistor of a gate on a path: Pelgrom's A_VT over the "
              "root of its area.",
              config::between(Voltage(), kMost))
          .optional("below_threshold", &Mismatch::below_threshold,
                    "Standard deviation of the voltage that offsets its current below the threshold alone; none when "
                    "absent.",
                    config::between(Voltage(), kMost))
          .optional("pull_up_threshold", &Mismatch::pull_up_threshold,
                    "The first of p-channel transistors; as that of n-channel ones when absent.",
                    config::between(Voltage(), kMost))
          .optional("pull_up_below_threshold", &Mismatch::pull_up_below_threshold, "The second, likewise.",
                    config::between(Voltage(), kMost))
          .required("path_gates", &Mismatch::path_gates, "Gates on the reference path.", config::between(2.0, 1000.0))
          .required("critical_paths", &Mismatch::critical_paths,
                    "Paths of a chip that may turn out its slowest, as if they were equally long and independent.",
                    config::between(1.0, 1e9));
  return s;
}

MismatchSigmas pull_down_sigmas(const Mismatch& mismatch) {
  return {mismatch.threshold.value, value_of(mismatch.below_threshold, Voltage())};
}

MismatchSigmas pull_up_sigmas(const Mismatch& mismatch) {
  const MismatchSigmas other = pull_down_sigmas(mismatch);
  return {value_of(mismatch.pull_up_threshold, other.threshold),
          value_of(mismatch.pull_up_below_threshold, other.below_threshold)};
}

double sigma_ln_current(const Transistor& t, const Condition& at, Voltage shift, const MismatchSigmas& sigmas) {
  const double slope_per_V =
      (t.log_current(at.voltage, at, shift - kSmallShift) - t.log_current(at.voltage, at, shift + kSmallShift)) /
      (2.0 * kSmallShift.si());
  const Voltage overdrive = at.voltage - t.threshold_at(at) - shift;
  const double u = overdrive / (2.0 * t.slope_factor * constants::thermal_voltage(at.temperature));
  const double offset = 1.0 / (1.0 + std::exp(u));
  return slope_per_V * std::hypot(sigmas.threshold.si(), offset * sigmas.below_threshold.si());
}

PathSpread path_spread(const GateSpread& falling, const GateSpread& rising, double gates) {
  double mean = 1.0 - falling.share - rising.share, variance = 0.0;  // of wires first, which do not differ
  for (const GateSpread& kind : {falling, rising}) {
    const double square = kind.sigma_ln * kind.sigma_ln;
    mean += kind.share * std::exp(0.5 * square);
    variance += kind.share * kind.share * std::exp(square) * std::expm1(square) / (0.5 * gates);
  }
  const double square = std::log1p(variance / (mean * mean));
  return {std::log(mean) - 0.5 * square, std::sqrt(square)};
}

PathSpread path_spread(const TransregionalModel& model, const Condition& at, const Mismatch& mismatch) {
  const TransregionalParameters& p = model.parameters();
  const Transistor& up = p.pull_up ? *p.pull_up : p;
  const TransregionalModel::DelayParts parts = model.delay_parts(at);
  const double whole = parts.pull_down + parts.pull_up + parts.wires;
  return path_spread({sigma_ln_current(p, at, at.shift.pull_down, pull_down_sigmas(mismatch)), parts.pull_down / whole},
                     {sigma_ln_current(up, at, at.shift.pull_up, pull_up_sigmas(mismatch)), parts.pull_up / whole},
                     mismatch.path_gates.value);
}

double slowest_quantile(const PathSpread& path, double paths, double p) {
  return std::exp(path.ln_delay(largest_quantile(paths, p)));
}

double slowest_mean(const PathSpread& path, double paths) {
  // Of each slice its share of chips times the delay in its middle. Beyond 12 deviations nothing is left.
  constexpr int kSlices = 1 << 13;
  constexpr double kFarthest = 12.0, kWidth = 2.0 * kFarthest / kSlices;
  double sum = 0.0, below = 0.0;
  for (int i = 0; i < kSlices; ++i) {
    const double begin = -kFarthest + kWidth * i;
    const double up_to = std::exp(paths * std::log1p(-normal_cdf(-(begin + kWidth))));
    sum += (up_to - below) * std::exp(path.ln_delay(begin + 0.5 * kWidth));
    below = up_to;
  }
  return sum;
}

}  // namespace subvolt::power
