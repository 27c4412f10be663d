#include <string>

#include "sim/power/price/sourcing.h"
#include "sim/power/rules.h"
#include "sim/power/technology/technology.h"

namespace subvolt::power {
namespace {

// Supplies of transistors: from below kT/q ln 2, where no gate regenerates a level, to twice 5 V.
constexpr Voltage kLowestSupply = Voltage::from_si(0.015), kHighestSupply = Voltage::from_si(10.0);
// Leakage of one gate or bit: fifteen times the leakiest bit of CACTI's, 67.7 nW (65 nm hp).
constexpr Power kLeakiestItem = Power::from_si(1e-6);
constexpr Power kFaintestItem = Power::from_si(1e-18);  // one electron in 0.1 s at 1 V
// Waking one gate or bit: the charge of a gate at 10 V is below 1 pJ in any technology.
constexpr Energy kDearestItem = Energy::from_si(1e-9);

template <class Q>
std::string sourced_name() {
  if constexpr (std::is_same_v<Q, double>) {
    return "sourced_number";
  } else {
    return "sourced_" + std::string(unit_info<Q>().dimension);
  }
}

// Of constants that are no prices: fractions, slopes and factors, supply voltages, energies of one gate or bit.
template <class Q>
config::Range<Q> sourced_range() {
  if constexpr (std::is_same_v<Q, double>) {
    return config::between(0.0, 5.0);
  } else if constexpr (std::is_same_v<Q, Voltage>) {
    return config::between(kLowestSupply, kHighestSupply);
  } else {
    return config::between(Energy(), kDearestItem);
  }
}

void check_curve_point(const CurvePoint& point, const config::Node& node, config::Diagnostics& d) {
  require_source(point.source, node, d);
}

// Points of one curve: enough of them, rising in voltage, each with the one ordinate that the curve is about.
template <class Q>
void check_curve(const std::vector<CurvePoint>& points, std::optional<Q> CurvePoint::*wanted, const char* ordinate,
                 std::size_t fewest, const config::Node& node, config::Diagnostics& d) {
  if (points.size() < fewest) {
    d.error(node, "expected at least " + std::to_string(fewest) + " points, got " + std::to_string(points.size()));
  }
  for (std::size_t i = 0; i < points.size(); ++i) {
    const config::Node& at = node.items()[i];
    const int given = (points[i].frequency ? 1 : 0) + (points[i].power ? 1 : 0);
    if (!(points[i].*wanted) || given != 1) {
      d.error(at, "expected a point with voltage and " + std::string(ordinate));
    } else if (i > 0 && points[i].voltage <= points[i - 1].voltage) {
      d.error(node_at(at, {"voltage"}), "expected points rising in voltage");
    } else if (i > 0 && points[i - 1].*wanted && *(points[i].*wanted) <= *(points[i - 1].*wanted)) {
      d.error(node_at(at, {ordinate}), std::string("expected ") + ordinate + " to rise with voltage");
    }
  }
}

void check_between(double value, double lowest, double highest, const config::Node& node, config::Diagnostics& d) {
  if (value >= lowest && value <= highest) return;
  d.error(node_at(node, {"value"}),
          "expected a value from " + shortest(lowest) + " to " + shortest(highest) + ", got " + shortest(value));
}

void check_curves(const DeviceCurves& c, const config::Node& node, config::Diagnostics& d) {
  check_between(c.slope_factor.value, 1.0, 3.0, node_at(node, {"slope_factor"}), d);
  check_between(c.threshold_slope_mV_per_K.value, 0.0, 5.0, node_at(node, {"threshold_slope_mV_per_K"}), d);
  check_curve(c.speed, &CurvePoint::frequency, "frequency", 3, node_at(node, {"speed"}), d);
  check_curve(c.leakage, &CurvePoint::power, "power", 1, node_at(node, {"leakage"}), d);
  if (c.leakage.size() == 1 && !c.dibl) {
    d.error(node_at(node, {"leakage"}),
            "a single point does not tell how leakage depends on voltage: add points or dibl");
  }
  if (c.leakage.size() > 1 && c.dibl) {
    d.error(node_at(node, {"dibl"}), "several leakage points already tell DIBL: remove dibl or leave one point");
  }
  if (c.dibl) check_between(c.dibl->value, 0.0, 1.0, node_at(node, {"dibl"}), d);
  const Voltage minimum = c.minimum_voltage.value;
  if (c.retention_voltage.value <= Voltage()) {
    d.error(node_at(node, {"retention_voltage", "value"}), "expected a value > 0 V");
  }
  if (minimum < c.retention_voltage.value) {
    d.error(node_at(node, {"minimum_voltage", "value"}),
            "expected at least the retention voltage: a circuit that works keeps its state");
  }
  if (c.maximum_voltage.value <= minimum) {
    d.error(node_at(node, {"maximum_voltage", "value"}), "expected more than the minimum voltage");
  }
}

}  // namespace

template <class Q>
const config::Schema<Sourced<Q>>& Sourced<Q>::schema() {
  static const auto s =
      config::Schema<Sourced<Q>>(sourced_name<Q>(), "A number with its source.")
          .required("value", &Sourced<Q>::value, "The number.", sourced_range<Q>())
          .required("source", &Sourced<Q>::source, "Where it comes from: paper, data sheet, method of estimate.")
          .optional("quality", &Sourced<Q>::quality, "How far to trust it.")
          .check([](const Sourced<Q>& v, const config::Node& node, config::Diagnostics& d) {
            require_source(v.source, node, d);
          })
          .settle([](Sourced<Q>& v, const config::Node& node) {
            settle_source(v.source, v.quality, node);
            v.restated = is_without_source(v.source);
          });
  return s;
}
std::string DeviceCurves::restated() const {
  std::string text;
  const auto add = [&](const char* name, const Sourced<double>& number) {
    if (number.restated) text += std::string("; ") + name + " from " + number.source;
  };
  add("slope_factor", slope_factor);
  add("threshold_slope_mV_per_K", threshold_slope_mV_per_K);
  if (dibl) add("dibl", *dibl);
  return text;
}

template struct Sourced<double>;
template struct Sourced<Voltage>;
template struct Sourced<Energy>;

const config::Schema<CurvePoint>& CurvePoint::schema() {
  static const auto s =
      config::Schema<CurvePoint>("curve_point", "A measured or published point of a curve over supply voltage.")
          .required("voltage", &CurvePoint::voltage, "Supply voltage.", config::between(kLowestSupply, kHighestSupply))
          .optional("frequency", &CurvePoint::frequency, "Highest clock frequency there (speed curves).",
                    config::at_least(Frequency::from_si(1.0)))
          .optional("power", &CurvePoint::power, "Leakage of one gate or one bit there (leakage curves).",
                    config::between(kFaintestItem, kLeakiestItem))
          .required("source", &CurvePoint::source, "Where it comes from: paper, data sheet, method of estimate.")
          .optional("quality", &CurvePoint::quality, "How far to trust it.")
          .check(check_curve_point)
          .settle(
              [](CurvePoint& point, const config::Node& node) { settle_source(point.source, point.quality, node); });
  return s;
}

const config::Schema<DeviceCurves>& DeviceCurves::schema() {
  static const auto s =
      config::Schema<DeviceCurves>("device_curves",
                                   "One kind of transistor in use: the logic cells, or the bit cells and their "
                                   "periphery. Threshold, velocity saturation and DIBL are fitted to its points.")
          .required("slope_factor", &DeviceCurves::slope_factor,
                    "Subthreshold slope factor n: swing per decade over kT/q ln 10; 1 to 3.")
          .required("threshold_slope_mV_per_K", &DeviceCurves::threshold_slope_mV_per_K,
                    "Fall of the threshold voltage with temperature in mV/K; 0 to 5.")
          .required("speed", &DeviceCurves::speed,
                    "Highest frequency of the reference path over voltage, at the reference temperature; at least "
                    "three points, rising.")
          .required("leakage", &DeviceCurves::leakage,
                    "Leakage power per gate (logic) or per bit (SRAM) over voltage, at the reference temperature.")
          .optional("dibl", &DeviceCurves::dibl,
                    "Drain-induced barrier lowering in V/V, when there is only one leakage point; fitted otherwise.")
          .required("minimum_voltage", &DeviceCurves::minimum_voltage, "Below it the circuit does not work.")
          .required("maximum_voltage", &DeviceCurves::maximum_voltage, "Reliability limit.")
          .required("retention_voltage", &DeviceCurves::retention_voltage, "Lowest voltage that keeps state.")
          .check(check_curves);
  return s;
}

}  // namespace subvolt::power
