#include "sim/power/technology/transregional_fit.h"

#include <algorithm>
#include <cmath>

#include "sim/power/technology/least_squares.h"
#include "sim/units/constants.h"

namespace subvolt::power {
namespace {

// Where the parameters of bulk, FDSOI and FinFET processes lie, thick oxides and hard-to-turn-on pull-ups included.
constexpr double kLowestThreshold_V = 0.05, kHighestThreshold_V = 1.6;
constexpr double kLowestAlpha = 1.0, kHighestAlpha = 2.2;
constexpr double kLowestSlope = 1.0, kHighestSlope = 3.0;
constexpr double kMostWires = 0.9;
constexpr double kSteepestThreshold_V_per_K = 3e-3, kMostMobilityExponent = 3.0;
constexpr double kPointDeviation = 0.035;  // of ln f
constexpr double kOpen = 0.7;              // of the usual spread

// The scale that fits best is the mean of ln f - ln f_model.
struct LogFit {
  double scale = 0.0;
  double worst = 0.0;
  std::vector<double> differences;  // from the scaled model
};
LogFit fit_scale(std::vector<double> differences) {
  LogFit fit;
  for (const double d : differences) fit.scale += d;
  fit.scale /= static_cast<double>(differences.size());
  for (double& d : differences) {
    d -= fit.scale;
    fit.worst = std::max(fit.worst, std::abs(std::expm1(-d)));
  }
  fit.differences = std::move(differences);
  return fit;
}

LogFit compare(const std::vector<SpeedPoint>& points, const TransregionalParameters& p, const Condition& reference) {
  const TransregionalModel model(p);
  std::vector<double> differences;
  differences.reserve(points.size());
  for (const SpeedPoint& point : points) {
    differences.push_back(
        std::log(point.frequency.si() /
                 model.speed_ratio({point.voltage, point.temperature.value_or(reference.temperature)}, reference)));
  }
  return fit_scale(std::move(differences));
}

void finish(SpeedFit& fit, const std::vector<SpeedPoint>& points, const Condition& reference) {
  const LogFit log_fit = compare(points, fit.parameters, reference);
  fit.scale = Frequency::from_si(std::exp(log_fit.scale));
  fit.worst_relative_error = log_fit.worst;
}

// A parameter that is sought, and where it belongs.
struct Sought {
  Unknown unknown;
  void (*set)(TransregionalParameters&, double);
  bool from_zero = false;  // none of it is no wall: there cannot be less
};

TransregionalParameters with(TransregionalParameters p, const std::vector<Sought>& sought,
                             const std::vector<double>& x) {
  for (std::size_t i = 0; i < x.size(); ++i) sought[i].set(p, x[i]);
  return p;
}

std::vector<Sought> sought_by(const SpeedUnknowns& wanted, const Expectations& e) {
  std::vector<Sought> sought;
  const auto seek = [&](const char* name, double lowest, double highest, const Expected& expected,
                        void (*set)(TransregionalParameters&, double), bool from_zero = false) {
    const double start =
        std::clamp(expected.mean, lowest + 0.05 * (highest - lowest), highest - 0.05 * (highest - lowest));
    sought.push_back(
        {{name, start, lowest, highest, expected.mean, wanted.any() ? expected.deviation : 0.0}, set, from_zero});
  };
  seek("threshold", kLowestThreshold_V, kHighestThreshold_V, e.threshold,
       [](TransregionalParameters& p, double x) { p.threshold = Voltage::from_si(x); });
  seek("alpha", kLowestAlpha, kHighestAlpha, e.alpha, [](TransregionalParameters& p, double x) { p.alpha = x; });
  if (wanted.slope_factor) {
    seek("slope_factor", kLowestSlope, kHighestSlope, e.slope_factor,
         [](TransregionalParameters& p, double x) { p.slope_factor = x; });
  }
  if (wanted.wire_share) {
    seek(
        "wire_share", 0.0, kMostWires, e.wire_share, [](TransregionalParameters& p, double x) { p.wire_share = x; },
        true);
  }
  if (wanted.temperature) {
    seek("threshold_slope_V_per_K", 0.0, kSteepestThreshold_V_per_K, e.threshold_slope_V_per_K,
         [](TransregionalParameters& p, double x) { p.threshold_slope_V_per_K = x; });
    seek("mobility_exponent", 0.0, kMostMobilityExponent, e.mobility_exponent,
         [](TransregionalParameters& p, double x) { p.mobility_exponent = x; });
  }
  return sought;
}

void remark(SpeedFit& fit, const std::vector<Sought>& sought, const Solution& solution) {
  for (std::size_t i = 0; i < sought.size(); ++i) {
    const Unknown& u = sought[i].unknown;
    const FitRemark remark{u.name, solution.values[i], u.lowest, u.highest};
    const bool none = sought[i].from_zero && solution.values[i] < 0.5 * (u.lowest + u.highest);
    if (solution.at_wall[i] && !none) fit.at_wall.push_back(remark);
    if (solution.left_open[i] > kOpen) fit.open.push_back(remark);
  }
}

}  // namespace

SpeedFit fit_speed(const std::vector<SpeedPoint>& points, TransregionalParameters start, const Condition& reference,
                   SpeedUnknowns wanted, const Expectations& expectations) {
  const std::vector<Sought> sought = sought_by(wanted, expectations);
  std::vector<Unknown> unknowns;
  for (const Sought& s : sought) unknowns.push_back(s.unknown);
  // Shares of wires hold at the highest point while they are sought: there transistors are fastest.
  TransregionalParameters moving = start;
  moving.reference_temperature = reference.temperature;
  moving.reference_voltage = wanted.wire_share ? points.back().voltage : reference.voltage;
  const Condition at{moving.reference_voltage, reference.temperature};
  const Solution solution = least_squares(unknowns, [&](const std::vector<double>& x) {
    LogFit fit = compare(points, with(moving, sought, x), at);
    for (double& d : fit.differences) d /= kPointDeviation;
    return fit.differences;
  });
  SpeedFit fit;
  fit.parameters = with(moving, sought, solution.values);
  if (wanted.wire_share) {
    const double delay = TransregionalModel(fit.parameters).relative_delay(reference);
    fit.parameters.wire_share /= delay;
  }
  fit.parameters.reference_voltage = reference.voltage;
  remark(fit, sought, solution);
  finish(fit, points, reference);
  return fit;
}

SpeedFit fit_pair(const std::vector<CurrentPoint>& currents, const std::vector<SpeedPoint>& points,
                  TransregionalParameters start, const Condition& reference, SpeedUnknowns of_pull_down,
                  SpeedUnknowns of_pull_up) {
  const auto of = [&](double CurrentPoint::*current) {
    std::vector<SpeedPoint> pairs;
    for (const CurrentPoint& c : currents)
      pairs.push_back({c.voltage, Frequency::from_si(c.*current / c.voltage.si())});
    return pairs;
  };
  TransregionalParameters rising = start;
  if (start.pull_up) static_cast<Transistor&>(rising) = *start.pull_up;
  rising.pull_up.reset();
  start.pull_up.reset();
  rising.wire_share = 0.0;
  const double wires = start.wire_share;
  start.wire_share = 0.0;
  // Of one transistor alone alpha is known better than of a path with its stacks and loads: 1.3 to 1.7 of channels of 0.1
  // um (Sakurai and Newton 1990). What thresholds that are not the same all over the width do to the slope is not.
  Expectations of_one;
  of_one.alpha = {1.5, 0.1};
  of_one.slope_factor = {1.4, 0.6};
  const SpeedFit down = fit_speed(of(&CurrentPoint::pull_down_A), start, reference, of_pull_down, of_one);
  const SpeedFit up = fit_speed(of(&CurrentPoint::pull_up_A), rising, reference, of_pull_up, of_one);
  SpeedFit fit = down;
  for (FitRemark r : up.at_wall) fit.at_wall.push_back({"pull_up " + r.parameter, r.value, r.lowest, r.highest});
  for (FitRemark r : up.open) fit.open.push_back({"pull_up " + r.parameter, r.value, r.lowest, r.highest});
  fit.parameters.pull_up = static_cast<const Transistor&>(up.parameters);
  fit.parameters.pull_up_share = down.scale / (down.scale + up.scale);
  fit.parameters.wire_share = wires;
  finish(fit, points, reference);
  return fit;
}

LeakageFit fit_leakage(const std::vector<LeakagePoint>& points, const TransregionalParameters& parameters,
                       const Condition& reference, double gate_share) {
  // What flows through gates at each point is known, for its dependence on voltage is.
  const LeakagePoint& last = points.back();
  const auto through_gates = [&](Voltage v) {
    return gate_share * (v / last.voltage) * std::exp((v - last.voltage) / kGateLeakageSlope) * last.power;
  };
  const auto log_fit = [&](double dibl) {
    TransregionalParameters p = parameters;
    p.dibl = dibl;
    p.gate_share = 0.0;
    const TransregionalModel model(p);
    std::vector<double> differences;
    for (const LeakagePoint& point : points) {
      const Power channels = std::max(point.power - through_gates(point.voltage), 1e-6 * point.power);
      differences.push_back(
          std::log(channels.si() / model.leakage_power_ratio({point.voltage, reference.temperature}, reference)));
    }
    return fit_scale(std::move(differences));
  };
  LeakageFit fit;
  fit.dibl = parameters.dibl;
  if (points.size() > 1) {
    const std::vector<Unknown> unknowns{{"dibl", 0.1, 0.0, 1.0, 0.0, 0.0}};
    fit.dibl =
        least_squares(unknowns, [&](const std::vector<double>& x) { return log_fit(x[0]).differences; }).values[0];
    if (fit.dibl < 1e-6) fit.dibl = 0.0;
  }
  const LogFit found = log_fit(fit.dibl);
  const Power channels = Power::from_si(std::exp(found.scale));
  const Power gates = through_gates(reference.voltage);
  fit.reference = channels + gates;
  fit.gate_share = gates / fit.reference;
  TransregionalParameters p = parameters;
  p.dibl = fit.dibl;
  p.gate_share = fit.gate_share;
  p.reference_voltage = reference.voltage;
  p.reference_temperature = reference.temperature;
  const TransregionalModel model(p);
  for (const LeakagePoint& point : points) {
    const Power of_model = fit.reference * model.leakage_power_ratio({point.voltage, reference.temperature}, reference);
    fit.worst_relative_error = std::max(fit.worst_relative_error, std::abs(of_model / point.power - 1.0));
  }
  return fit;
}

}  // namespace subvolt::power
