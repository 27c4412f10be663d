#include "sim/power/technology/device_rules.h"

#include "sim/power/wording.h"

namespace subvolt::power {
namespace {

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

// Keys of the transistor itself, which a flavour has from the device that it is of.
constexpr const char* kCurves[] = {"threshold_slope_mV_per_K", "speed", "leakage"};
constexpr const char* kOfTransistors[] = {
    "kind",     "slope_factor", "threshold_slope_mV_per_K", "mobility_exponent", "wire_share", "speed", "dibl",
    "currents", "pull_up"};
constexpr const char* kLimits[] = {"minimum_voltage", "maximum_voltage", "retention_voltage"};

void check_currents(const Device& c, const config::Node& node, config::Diagnostics& d) {
  if (c.currents.empty()) {
    if (node.find("pull_up"))
      d.error(*node.find("pull_up"), "without currents nothing tells p-channel transistors apart: add them");
    return;
  }
  if (c.fit_wire_share) {
    d.error(node_at(node, {"fit_wire_share"}), "currents tell the curve, speed points its scale: give wire_share");
  }
  const config::Node& all = node_at(node, {"currents"});
  if (c.currents.size() < 3) d.error(all, "expected at least 3 points, got " + std::to_string(c.currents.size()));
  for (std::size_t i = 1; i < c.currents.size(); ++i) {
    const TransistorCurrents &before = c.currents[i - 1], &now = c.currents[i];
    if (now.voltage <= before.voltage || now.pull_down <= before.pull_down || now.pull_up <= before.pull_up) {
      d.error(all.items()[i], "expected points rising in voltage and currents");
    }
  }
}

void check_flavour(const Device& c, const config::Node& node, config::Diagnostics& d) {
  const auto refuse = [&](const char* key) {
    if (!node.find(key)) return;
    d.error(*node.find(key), "a flavour has this from " + c.flavour_of +
                                 ": remove it, or remove flavour_of and give the device points of its own");
  };
  for (const char* key : kOfTransistors) refuse(key);
  if (c.fit_wire_share) refuse("fit_wire_share");  // a resolved document says that it is not
  if (c.threshold_shift_mV && !c.leakage.empty()) {
    d.error(node_at(node, {"threshold_shift_mV"}), "its leakage point tells the threshold already: remove one of them");
  }
  if (c.threshold_shift_mV && c.gate_share) {
    d.error(node_at(node, {"gate_share"}),
            "without a leakage point its gates leak as those of " + c.flavour_of + ": remove this");
  }
  if (c.threshold_shift_mV) return;
  check_curve(c.leakage, &CurvePoint::power, "power", 1, node_at(node, {"leakage"}), d);
  if (c.leakage.size() > 1) {
    d.error(node_at(node, {"leakage"}),
            "expected one point: it tells the threshold, the rest is as of " + c.flavour_of);
  }
}

}  // namespace

void check_voltages(const Device& c, const config::Node& node, config::Diagnostics& d) {
  const Voltage minimum = c.minimum_voltage.value, retention = c.retention_voltage.value;
  if (retention <= Voltage()) d.error(node_at(node, {"retention_voltage", "value"}), "expected a value > 0 V");
  if (minimum < retention) {
    d.error(node_at(node, {"minimum_voltage", "value"}),
            "expected at least the retention voltage: a circuit that works keeps its state");
  }
  if (c.maximum_voltage.value <= minimum) {
    d.error(node_at(node, {"maximum_voltage", "value"}), "expected more than the minimum voltage");
  }
  if (!c.ecc_minimum_voltage) return;
  const config::Node& corrected = node_at(node, {"ecc_minimum_voltage", "value"});
  if (c.ecc_minimum_voltage->value > minimum) {
    d.error(corrected, "expected at most the minimum voltage without a code, " + brief(minimum));
  }
  if (c.ecc_minimum_voltage->value < retention) {
    d.error(corrected, "expected at least the retention voltage, " + brief(retention));
  }
}

void check_device(const Device& c, const config::Node& node, config::Diagnostics& d) {
  if (!c.flavour_of.empty()) return check_flavour(c, node, d);
  const std::size_t before = d.errors().size();
  const auto want = [&](const char* key) {
    if (node.find(key)) return;
    d.error(node.location(), node.path(),
            "missing key \"" + std::string(key) + "\", which a device has unless it is the flavour_of another");
  };
  for (const char* key : kCurves) want(key);
  for (const char* key : kLimits) want(key);
  if (d.errors().size() != before) return;
  check_curve(c.speed, &CurvePoint::frequency, "frequency", 3, node_at(node, {"speed"}), d);
  check_curve(c.leakage, &CurvePoint::power, "power", 1, node_at(node, {"leakage"}), d);
  if (c.leakage.size() == 1 && !c.dibl) {
    d.error(node_at(node, {"leakage"}),
            "a single point does not tell how leakage depends on voltage: add points or dibl");
  }
  if (c.leakage.size() > 1 && c.dibl) {
    d.error(node_at(node, {"dibl"}), "several leakage points already tell DIBL: remove dibl or leave one point");
  }
  if (c.threshold_shift_mV) {
    d.error(node_at(node, {"threshold_shift_mV"}),
            "a device with points of its own is shifted from none: remove it, or use flavour_of");
  }
  if (c.wire_share && c.fit_wire_share) {
    d.error(node_at(node, {"fit_wire_share"}), "wire_share is given already: remove one of them");
  }
  check_currents(c, node, d);
  check_voltages(c, node, d);
}

}  // namespace subvolt::power
