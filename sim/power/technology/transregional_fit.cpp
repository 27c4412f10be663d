#include <algorithm>
#include <boost/math/tools/minima.hpp>
#include <cmath>
#include <limits>
#include <utility>

#include "sim/power/technology/transregional_model.h"
#include "sim/units/constants.h"

namespace subvolt::power {
namespace {

// Where the parameters of bulk, FDSOI and FinFET processes lie.
constexpr double kLowestThreshold_V = 0.15, kHighestThreshold_V = 0.7;
constexpr double kLowestAlpha = 1.0, kHighestAlpha = 2.0;
constexpr int kThresholdSteps = 55, kAlphaSteps = 20;

struct Minimum {
  double at = 0.0;
  double cost = std::numeric_limits<double>::infinity();
};

// A scan finds the valley and Brent's method its bottom; both take the same steps everywhere.
template <class F>
Minimum minimise(F cost, double lowest, double highest, int steps) {
  const double width = (highest - lowest) / steps;
  Minimum best;
  for (int i = 0; i <= steps; ++i) {
    const double x = std::min(lowest + i * width, highest);
    const double c = cost(x);
    if (c < best.cost) best = {x, c};
  }
  boost::uintmax_t iterations = 60;
  const auto [x, c] =
      boost::math::tools::brent_find_minima(cost, std::max(lowest, best.at - width), std::min(highest, best.at + width),
                                            std::numeric_limits<double>::digits / 2, iterations);
  return c < best.cost ? Minimum{x, c} : best;
}

// The scale that fits best is the mean of log f - log f_model; the cost is the variance around it.
struct LogFit {
  double scale = 0.0;
  double cost = 0.0;
  double worst = 0.0;
};
LogFit fit_scale(const std::vector<double>& differences) {
  LogFit fit;
  for (const double d : differences) fit.scale += d;
  fit.scale /= static_cast<double>(differences.size());
  for (const double d : differences) {
    fit.cost += (d - fit.scale) * (d - fit.scale);
    fit.worst = std::max(fit.worst, std::abs(std::expm1(fit.scale - d)));
  }
  return fit;
}

LogFit compare(const std::vector<SpeedPoint>& points, const TransregionalParameters& p, const Condition& reference) {
  const TransregionalModel model(p);
  std::vector<double> differences;
  differences.reserve(points.size());
  for (const SpeedPoint& point : points) {
    differences.push_back(
        std::log(point.frequency.si() / model.speed_ratio({point.voltage, reference.temperature}, reference)));
  }
  return fit_scale(differences);
}

}  // namespace

SpeedFit fit_speed(const std::vector<SpeedPoint>& points, TransregionalParameters start, const Condition& reference) {
  const auto with = [&start](double threshold_V, double alpha) {
    TransregionalParameters p = start;
    p.threshold = Voltage::from_si(threshold_V);
    p.alpha = alpha;
    return p;
  };
  const auto best_alpha = [&](double threshold_V) {
    return minimise([&](double alpha) { return compare(points, with(threshold_V, alpha), reference).cost; },
                    kLowestAlpha, kHighestAlpha, kAlphaSteps);
  };
  const Minimum threshold = minimise([&](double threshold_V) { return best_alpha(threshold_V).cost; },
                                     kLowestThreshold_V, kHighestThreshold_V, kThresholdSteps);
  SpeedFit fit;
  fit.parameters = with(threshold.at, best_alpha(threshold.at).at);
  const LogFit log_fit = compare(points, fit.parameters, reference);
  fit.scale = Frequency::from_si(std::exp(log_fit.scale));
  fit.worst_relative_error = log_fit.worst;
  return fit;
}

LeakageFit fit_leakage(const std::vector<LeakagePoint>& points, const TransregionalParameters& parameters,
                       const Condition& reference) {
  const Voltage phi = constants::thermal_voltage(reference.temperature);
  const auto log_current = [phi](const LeakagePoint& point) {
    return std::log(point.power.si() / (point.voltage.si() * -std::expm1(-(point.voltage / phi))));
  };
  const auto n = static_cast<double>(points.size());
  double mean_V = 0.0, mean_log = 0.0, covariance = 0.0, variance = 0.0;
  for (const LeakagePoint& point : points) {
    mean_V += point.voltage.si() / n;
    mean_log += log_current(point) / n;
  }
  for (const LeakagePoint& point : points) {
    const double away = point.voltage.si() - mean_V;
    covariance += away * (log_current(point) - mean_log);
    variance += away * away;
  }
  TransregionalParameters p = parameters;
  if (points.size() > 1) p.dibl = std::max(0.0, covariance / variance * p.slope_factor * phi.si());

  const TransregionalModel model(p);
  std::vector<double> differences;
  for (const LeakagePoint& point : points) {
    differences.push_back(
        std::log(point.power.si() / model.leakage_power_ratio({point.voltage, reference.temperature}, reference)));
  }
  const LogFit log_fit = fit_scale(differences);
  return {p.dibl, Power::from_si(std::exp(log_fit.scale)), log_fit.worst};
}

}  // namespace subvolt::power
