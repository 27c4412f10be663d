#include "sim/power/technology/device.h"

#include <algorithm>

#include "sim/config/sourced/fit.h"
#include "sim/config/sourced/sourcing.h"
#include "sim/power/technology/device_rules.h"
#include "sim/power/wording.h"

namespace subvolt::power {
namespace {

// Supplies of transistors: from below kT/q ln 2, where no gate regenerates a level, to twice 5 V.
constexpr Voltage kLowestSupply = Voltage::from_si(0.015), kHighestSupply = Voltage::from_si(10.0);
// Leakage of one gate or bit: fifteen times the leakiest bit of CACTI's, 67.7 nW (65 nm hp).
constexpr Power kLeakiestItem = Power::from_si(1e-6);
constexpr Power kFaintestItem = Power::from_si(1e-18);  // one electron in 0.1 s at 1 V

void check_curve_point(const CurvePoint& point, const config::Node& node, config::Diagnostics& d) {
  require_source(point.source, node, d);
  refuse_fitted(point.quality, node, d);
}

}  // namespace

Frequency Device::f_max(const Condition& at) const { return reference_speed * model.speed_ratio(at, reference); }

double Device::leakage_scale(const Condition& at) const { return model.leakage_power_ratio(at, reference); }

std::string Device::leakage_source(const std::string& technology) const {
  std::vector<std::string> sources;
  for (const CurvePoint& point : leakage) {
    if (std::find(sources.begin(), sources.end(), point.source) == sources.end()) sources.push_back(point.source);
  }
  std::string text;
  for (const std::string& s : sources) text += (text.empty() ? "" : "; ") + s;
  return technology + " leakage points of " + name + ": " + text;
}

config::Quality Device::leakage_quality() const {
  config::Quality quality = config::Quality::kMeasured;
  for (const CurvePoint& point : leakage) quality = worse(quality, point.quality);
  return restated().empty() ? quality : config::Quality::kEstimated;
}

std::string Device::leakage_scale_formula(const Condition& at, const std::string& technology) const {
  return "leakage at " + brief(at) + " over that at " + brief(reference) + ": transregional model of " + technology +
         (is_standard() ? "" : ", " + name) + restated();
}

std::string Device::restated() const {
  std::string text;
  const auto add = [&](const char* name, const config::Sourced<double>& number) {
    if (number.restated) text += std::string("; ") + name + " from " + number.source;
  };
  add("slope_factor", slope_factor);
  add("threshold_slope_mV_per_K", threshold_slope_mV_per_K);
  if (dibl) add("dibl", *dibl);
  return text;
}

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

const config::Schema<Device>& Device::schema() {
  static const auto s =
      config::Schema<Device>("device",
                             "One kind of transistor in use: logic cells, or bit cells and their periphery. Threshold, "
                             "velocity saturation and DIBL are fitted to its points; a flavour_of another device has "
                             "that one's transistor with the threshold that its leakage tells, and all that it does "
                             "not say itself.")
          .optional("kind", &Device::stated_kind, "What leaks: gates (logic) or bits (sram). Not of a flavour.")
          .optional("flavour_of", &Device::flavour_of,
                    "Device with points of its own, of which this one differs in its threshold.")
          .optional("slope_factor", &Device::slope_factor,
                    "Subthreshold slope factor n: swing per decade over kT/q ln 10; not of a flavour.",
                    config::between(1.0, 3.0))
          .optional("threshold_slope_mV_per_K", &Device::threshold_slope_mV_per_K,
                    "Fall of the threshold voltage with temperature in mV/K; not of a flavour.",
                    config::between(0.0, 5.0))
          .optional("speed", &Device::speed,
                    "Highest frequency of the reference path over voltage, at the reference temperature; at least "
                    "three points, rising. Not of a flavour.")
          .required("leakage", &Device::leakage,
                    "Leakage power per gate (NAND2 equivalent) or per bit (periphery included) over voltage, at the "
                    "reference temperature; one point of a flavour.")
          .optional("dibl", &Device::dibl,
                    "Drain-induced barrier lowering in V/V, when there is only one leakage point; fitted otherwise.",
                    config::between(0.0, 1.0))
          .optional("minimum_voltage", &Device::minimum_voltage,
                    "Below it the circuit does not work; a flavour's when absent: its device's.",
                    config::between(kLowestSupply, kHighestSupply))
          .optional("maximum_voltage", &Device::maximum_voltage, "Reliability limit; likewise.",
                    config::between(kLowestSupply, kHighestSupply))
          .optional("retention_voltage", &Device::retention_voltage, "Lowest voltage that keeps state; likewise.",
                    config::between(kLowestSupply, kHighestSupply))
          .optional("ecc_minimum_voltage", &Device::ecc_minimum_voltage,
                    "Of kind sram: lowest working voltage behind a single-error-correcting code; as without when "
                    "absent.",
                    config::between(kLowestSupply, kHighestSupply))
          .optional("relative_energy", &Device::relative_energy,
                    "What events, clock pins and wake-ups cost in it over the technology's prices, which hold for the "
                    "devices logic and sram; 1 when absent. Other cells have other capacitances.",
                    config::between(0.05, 5.0))
          .check(check_device);
  return s;
}

}  // namespace subvolt::power

namespace subvolt::config {

const std::vector<std::pair<power::DeviceKind, std::string>>& EnumNames<power::DeviceKind>::names() {
  using power::DeviceKind;
  static const std::vector<std::pair<DeviceKind, std::string>> names{{DeviceKind::kLogic, "logic"},
                                                                     {DeviceKind::kSram, "sram"}};
  return names;
}

}  // namespace subvolt::config
