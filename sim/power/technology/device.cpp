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
// One electron in 0.1 s, and 10 mA, of a transistor some 10 um wide.
constexpr Current kFaintestCurrent = Current::from_si(1e-18), kStrongestCurrent = Current::from_si(10e-3);
constexpr Power kFaintestItem = Power::from_si(1e-18);  // one electron in 0.1 s at 1 V

void check_curve_point(const CurvePoint& point, const config::Node& node, config::Diagnostics& d) {
  require_source(point.source, node, d);
  refuse_fitted(point.quality, node, d);
}

}  // namespace

Frequency Device::f_max(const Condition& at) const { return reference_speed * model.speed_ratio(at, reference); }

double Device::leakage_scale(const Condition& at) const { return model.leakage_power_ratio(at, reference); }

double Device::leakage_scale_behind(Voltage switch_shift, const Condition& at) const {
  const ThresholdShift higher = ThresholdShift::of(switch_shift);
  return model.leakage_power_ratio({at.voltage, at.temperature, at.shift + higher},
                                   {reference.voltage, reference.temperature, reference.shift + higher});
}

std::string Device::leakage_source(const std::string& technology) const {
  std::vector<std::string> sources;
  for (const CurvePoint& point : leakage) {
    if (std::find(sources.begin(), sources.end(), point.source) == sources.end()) sources.push_back(point.source);
  }
  if (threshold_shift_mV)
    sources.push_back("threshold " + shortest(threshold_shift_mV->value) + " mV" + " from that of " + flavour_of +
                      ": " + threshold_shift_mV->source);
  std::string text;
  for (const std::string& s : sources) text += (text.empty() ? "" : "; ") + s;
  if (gate_share) text += "; through gates: " + gate_share->source;
  return technology + " leakage points of " + name + ": " + text;
}

config::Quality Device::leakage_quality() const {
  config::Quality quality = config::Quality::kMeasured;
  for (const CurvePoint& point : leakage) quality = worse(quality, point.quality);
  if (threshold_shift_mV) quality = worse(quality, threshold_shift_mV->quality);
  return restated().empty() ? quality : config::Quality::kEstimated;
}

std::string Device::leakage_scale_formula(const Condition& at, const std::string& technology) const {
  return "leakage at " + brief(at) + " over that at " + brief(reference) + ": transregional model of " + technology +
         (is_standard() ? "" : ", " + name) + restated();
}

std::string Device::restated() const {
  std::string text;
  const auto add = [&](const char* name, const auto& number) {
    if (number.restated) text += std::string("; ") + name + " from " + number.source;
  };
  if (slope_factor) add("slope_factor", *slope_factor);
  add("threshold_slope_mV_per_K", threshold_slope_mV_per_K);
  if (dibl) add("dibl", *dibl);
  if (mobility_exponent) add("mobility_exponent", *mobility_exponent);
  if (wire_share) add("wire_share", *wire_share);
  if (gate_share) add("gate_share", *gate_share);
  if (threshold_shift_mV) add("threshold_shift_mV", *threshold_shift_mV);
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

const config::Schema<TransistorCurrents>& TransistorCurrents::schema() {
  static const auto s =
      config::Schema<TransistorCurrents>("transistor_currents",
                                         "On currents of the transistors of a gate, at gate and drain on the supply.")
          .required("voltage", &TransistorCurrents::voltage, "Supply voltage.",
                    config::between(kLowestSupply, kHighestSupply))
          .required("pull_down", &TransistorCurrents::pull_down, "Of the n-channel transistor.",
                    config::between(kFaintestCurrent, kStrongestCurrent))
          .required("pull_up", &TransistorCurrents::pull_up, "Of the p-channel transistor.",
                    config::between(kFaintestCurrent, kStrongestCurrent))
          .required("source", &TransistorCurrents::source, "Where they come from.")
          .optional("quality", &TransistorCurrents::quality, "How far to trust them.")
          .check([](const TransistorCurrents& c, const config::Node& node, config::Diagnostics& d) {
            require_source(c.source, node, d);
          })
          .settle([](TransistorCurrents& c, const config::Node& node) { settle_source(c.source, c.quality, node); });
  return s;
}

const config::Schema<PullUp>& PullUp::schema() {
  static const auto s =
      config::Schema<PullUp>("pull_up", "Where p-channel transistors differ from n-channel ones.")
          .optional("slope_factor", &PullUp::slope_factor, "Subthreshold slope factor; fitted when absent.",
                    config::between(1.0, 3.0))
          .optional("threshold_slope_mV_per_K", &PullUp::threshold_slope_mV_per_K,
                    "Fall of the threshold with temperature; when absent that of the device.",
                    config::between(0.0, 5.0))
          .optional("mobility_exponent", &PullUp::mobility_exponent,
                    "Mobility goes with T to minus this; when absent that of the device.", config::between(0.0, 3.0));
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
          .optional(
              "slope_factor", &Device::slope_factor,
              "Subthreshold slope factor n: swing per decade over kT/q ln 10; fitted when absent. Not of a flavour.",
              config::between(1.0, 3.0))
          .optional("threshold_slope_mV_per_K", &Device::threshold_slope_mV_per_K,
                    "Fall of the threshold voltage with temperature in mV/K; not of a flavour.",
                    config::between(0.0, 5.0))
          .optional("mobility_exponent", &Device::mobility_exponent,
                    "Mobility goes with T to minus this; 1.2 when absent. Not of a flavour.", config::between(0.0, 3.0))
          .optional("wire_share", &Device::wire_share,
                    "Part of the delay at the reference that follows no transistor: wires, series resistance; none "
                    "when absent. Not of a flavour.",
                    config::between(0.0, 0.9))
          .optional("fit_wire_share", &Device::fit_wire_share, "Fit it to the speed points instead; not of a flavour.")
          .optional("currents", &Device::currents,
                    "On currents of n- and p-channel transistors, at least three points rising in voltage: both kinds "
                    "are then fitted apart, and the speed points tell the charge alone. Not of a flavour.")
          .optional("pull_up", &Device::pull_up, "How p-channel transistors differ, with currents.")
          .optional("speed", &Device::speed,
                    "Highest frequency of the reference path over voltage, at the reference temperature; at least "
                    "three points, rising. Not of a flavour.")
          .optional("leakage", &Device::leakage,
                    "Leakage power per gate (NAND2 equivalent) or per bit (periphery included) over voltage, at the "
                    "reference temperature; one point of a flavour, unless it has threshold_shift_mV.")
          .optional("gate_share", &Device::gate_share,
                    "Share of the leakage at its last point that flows through gates and junctions: it grows with "
                    "voltage and hardly knows temperature; none when absent.",
                    config::between(0.0, 0.999))
          .optional("threshold_shift_mV", &Device::threshold_shift_mV,
                    "Of a flavour: its threshold less that of the device that it is of, instead of a leakage point.",
                    config::between(-500.0, 500.0))
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
          .optional("failure_sigma", &Device::failure_sigma,
                    "Of kind sram: standard deviation of the voltage that a bit cell needs; what a code of single "
                    "errors gains at 512 KiB in 999 of 1000 chips follows from it unless ecc_minimum_voltage says it.",
                    config::between(Voltage::from_si(1e-3), Voltage::from_si(0.2)))
          .optional("failures", &Device::failures,
                    "Of kind sram, with failure_sigma: where half of the cells fail in reading, writing and holding.")
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
