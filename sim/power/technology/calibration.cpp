#include "sim/power/technology/calibration.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "sim/config/error.h"

namespace subvolt::power {
namespace {

// How far a path, a bin or a flavour may lie from the technology that it is of. Estimates: a bin moves the threshold by
// 50 mV (production tables), libraries and depths change the shape of a curve by less than nodes do.
constexpr double kThresholdAway_V = 0.05, kAlphaAway = 0.1, kSlopeAway = 0.1, kWiresAway = 0.1;
constexpr double kThresholdSlopeAway_V_per_K = 0.15e-3, kMobilityAway = 0.15;
constexpr double kWarmer_K = 5.0;  // below it temperatures tell nothing

Expectations around(const TransregionalParameters& p) {
  Expectations e;
  e.threshold = {p.threshold.si(), kThresholdAway_V};
  e.alpha = {p.alpha, kAlphaAway};
  e.slope_factor = {p.slope_factor, kSlopeAway};
  e.wire_share = {p.wire_share, kWiresAway};
  e.threshold_slope_V_per_K = {p.threshold_slope_V_per_K, kThresholdSlopeAway_V_per_K};
  e.mobility_exponent = {p.mobility_exponent, kMobilityAway};
  return e;
}

// Shares of wires and pull-ups at another reference than that of the parameters.
void shares_at(TransregionalParameters& p, const Condition& reference) {
  const double wires = p.wire_share / TransregionalModel(p).relative_delay(reference);
  TransregionalParameters transistors = p;
  transistors.wire_share = 0.0;
  const double both = TransregionalModel(transistors).relative_delay(reference);
  transistors.pull_up_share = 1.0;
  p.pull_up_share *= TransregionalModel(transistors).relative_delay(reference) / both;
  p.wire_share = wires;
  p.reference_voltage = reference.voltage;
}

// C and P_leak by least squares on relative errors, both at least zero.
void fit_power(Calibration& c, const std::vector<MeasuredPoint>& points) {
  double ss = 0.0, sl = 0.0, ll = 0.0, s1 = 0.0, l1 = 0.0;
  int count = 0;
  for (const MeasuredPoint& p : points) {
    if (!p.fit || !p.power) continue;
    const double s = p.at.voltage.si() * p.at.voltage.si() * p.frequency.si() / p.power->si();
    const double l = TransregionalModel(c.parameters).relative_leakage(p.at) / p.power->si();
    ss += s * s, sl += s * l, ll += l * l, s1 += s, l1 += l;
    ++count;
  }
  if (count == 0) return;
  double switched = s1 / ss, leakage = 0.0;
  const double apart = ss * ll - sl * sl;
  // Two columns nearly alike: leakage cannot be told from switching.
  if (count > 1 && apart > 1e-4 * ss * ll) {
    switched = (s1 * ll - l1 * sl) / apart;
    leakage = (l1 * ss - s1 * sl) / apart;
    if (leakage < 0.0) switched = s1 / ss, leakage = 0.0;
    if (switched < 0.0) switched = 0.0, leakage = l1 / ll;
    c.dynamic_only = leakage == 0.0;
  } else {
    c.dynamic_only = true;
  }
  c.switched = Capacitance::from_si(switched);
  c.leakage = Power::from_si(leakage);
}

}  // namespace

Frequency Calibration::speed(const Condition& at) const {
  return reference_speed / TransregionalModel(parameters).relative_delay(at);
}

Power Calibration::power_at(const Condition& at, Frequency f) const {
  const double dynamic = switched->si() * at.voltage.si() * at.voltage.si() * f.si();
  return Power::from_si(dynamic) + TransregionalModel(parameters).relative_leakage(at) * *leakage;
}

Calibration calibrate(const std::vector<MeasuredPoint>& points, const Device* technology) {
  std::vector<MeasuredPoint> fitted;
  for (const MeasuredPoint& p : points) {
    if (p.fit) fitted.push_back(p);
  }
  std::sort(fitted.begin(), fitted.end(), [](const MeasuredPoint& a, const MeasuredPoint& b) {
    return a.at.voltage != b.at.voltage ? a.at.voltage < b.at.voltage
                                        : a.at.temperature.kelvin() > b.at.temperature.kelvin();
  });
  std::set<double> voltages;
  double coldest = 1e9, hottest = 0.0;
  for (const MeasuredPoint& p : fitted) {
    voltages.insert(p.at.voltage.si());
    coldest = std::min(coldest, p.at.temperature.kelvin());
    hottest = std::max(hottest, p.at.temperature.kelvin());
  }
  const std::size_t fewest = technology ? 1 : 3;
  if (voltages.size() < fewest) {
    throw Error(ErrorKind::kConfiguration,
                "expected points to fit at " + std::to_string(fewest) + " voltages at least, got " +
                    std::to_string(voltages.size()) +
                    (technology ? std::string() : ": add some, or name with --technology what the points are of"));
  }
  Calibration c;
  c.reference = fitted.back().at;
  TransregionalParameters start;
  Expectations expectations;
  if (technology) {
    start = technology->model.parameters();
    shares_at(start, c.reference);
    // What is known holds at the technology's own temperature.
    const double warmer = c.reference.temperature.kelvin() - start.reference_temperature.kelvin();
    start.threshold -= Voltage::from_si(start.threshold_slope_V_per_K * warmer);
    if (start.pull_up) start.pull_up->threshold -= Voltage::from_si(start.pull_up->threshold_slope_V_per_K * warmer);
    expectations = around(start);
  } else {
    start.dibl = 0.05;  // estimate: bulk of 90 nm and below 0.08 to 0.12, thin films 0.03 to 0.08
  }
  std::vector<SpeedPoint> speed;
  for (const MeasuredPoint& p : fitted) speed.push_back({p.at.voltage, p.frequency, p.at.temperature});
  SpeedUnknowns unknowns;
  unknowns.slope_factor = unknowns.wire_share = true;
  unknowns.temperature = hottest - coldest > kWarmer_K;
  const SpeedFit fit = fit_speed(speed, start, c.reference, unknowns, expectations);
  c.parameters = fit.parameters;
  c.reference_speed = fit.scale;
  c.at_wall = fit.at_wall;
  c.open = fit.open;
  fit_power(c, points);
  for (const MeasuredPoint& p : points) {
    PointResidual r{p, c.speed(p.at), 0.0, {}, 0.0};
    r.frequency_error = r.frequency / p.frequency - 1.0;
    if (p.power && c.switched) {
      r.power = c.power_at(p.at, p.frequency);
      r.power_error = *r.power / *p.power - 1.0;
    }
    c.residuals.push_back(std::move(r));
  }
  return c;
}

}  // namespace subvolt::power
