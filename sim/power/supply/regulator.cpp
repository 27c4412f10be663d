#include "sim/power/supply/regulator.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "sim/config/library.h"
#include "sim/config/loader.h"
#include "sim/config/sourced/fit.h"
#include "sim/config/sourced/sourcing.h"
#include "sim/power/supply/regulator_rules.h"

namespace subvolt::power {
namespace {

// Lost at a load, by rows of one voltage in rising order of load.
double curve_loss(const std::vector<EfficiencyPoint>& rows, double load_A, double volts) {
  const auto share = [](const EfficiencyPoint& row) { return 1.0 / row.efficiency - 1.0; };
  const EfficiencyPoint& first = rows.front();
  if (load_A <= first.load.si()) return volts * first.load.si() * share(first);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const double from = rows[i - 1].load.si(), to = rows[i].load.si();
    if (load_A > to) continue;
    const double along = std::log(load_A / from) / std::log(to / from);
    const double efficiency = rows[i - 1].efficiency + along * (rows[i].efficiency - rows[i - 1].efficiency);
    return volts * load_A * (1.0 / efficiency - 1.0);
  }
  return volts * load_A * share(rows.back());
}

double lowest_load(const std::vector<EfficiencyPoint>& rows) {
  double lowest = rows.front().load.si();
  for (const EfficiencyPoint& row : rows) lowest = std::min(lowest, row.load.si());
  return lowest;
}

}  // namespace

double Regulator::ratio_for(Voltage output, Voltage in) const {
  double smallest = *std::max_element(ratios.begin(), ratios.end());
  for (const double ratio : ratios) {
    if (ratio * in >= output) smallest = std::min(smallest, ratio);
  }
  return smallest;
}

double Regulator::efficiency_at(Voltage output, Voltage in) const {
  switch (kind) {
    case RegulatorKind::kIdeal:
      return 1.0;
    case RegulatorKind::kBuck:
      return efficiency;
    case RegulatorKind::kLdo:
      return efficiency * (output / in);
    case RegulatorKind::kSwitchedCapacitor:
      return efficiency * (output / (ratio_for(output, in) * in));
  }
  return 1.0;
}

bool Regulator::depends_on_load() const {
  return quiescent_current > Current() || resistance > Resistance() || switching_current > Current() ||
         !efficiencies.empty();
}

Voltage Regulator::highest_output(Voltage in) const {
  if (kind == RegulatorKind::kLdo) return in;
  if (kind == RegulatorKind::kSwitchedCapacitor) return *std::max_element(ratios.begin(), ratios.end()) * in;
  return Voltage::from_si(std::numeric_limits<double>::infinity());
}

Power Regulator::loss_by_table(Current load, Voltage output) const {
  std::map<double, std::vector<EfficiencyPoint>> curves;  // by voltage
  for (const EfficiencyPoint& row : efficiencies) curves[row.output.value_or(Voltage()).si()].push_back(row);
  const auto at = [&](const std::vector<EfficiencyPoint>& rows) { return curve_loss(rows, load.si(), output.si()); };
  const auto above = curves.lower_bound(output.si());
  if (above == curves.end()) return Power::from_si(at(curves.rbegin()->second));
  if (above == curves.begin()) return Power::from_si(at(above->second));
  const auto below = std::prev(above);
  const double along = (output.si() - below->first) / (above->first - below->first);
  return Power::from_si((1.0 - along) * at(below->second) + along * at(above->second));
}

Power Regulator::standing(Voltage output, Voltage in) const {
  const Power quiescent = in * quiescent_current;
  Power switching;
  if (power_save_below == Current()) switching = in * switching_current;
  if (efficiencies.empty()) return quiescent + switching;
  const Power lowest = loss_by_table(Current::from_si(lowest_load(efficiencies)), output);
  return quiescent > Power() ? std::min(quiescent, lowest) : lowest;
}

Power Regulator::loss(Power delivered, Voltage output, Voltage in) const {
  if (!(delivered > Power())) return {};
  const Current load = delivered / output;
  if (!efficiencies.empty()) {
    const Power all = loss_by_table(load, output), none = standing(output, in);
    const double part = std::min(1.0, load.si() / lowest_load(efficiencies));
    return part * (all - none);
  }
  Power lost = (1.0 / efficiency_at(output, in) - 1.0) * delivered;
  lost += resistance * load * load;
  if (power_save_below > Current()) lost += std::min(1.0, load / power_save_below) * (in * switching_current);
  return lost;
}

std::optional<PartDocument> take_part(Regulator& regulator, const config::Node& node) {
  if (regulator.part.empty()) return std::nullopt;
  const config::Node& said = config::node_at(node, {"part"});
  const std::string where = said.location().text() + ": " + said.path();
  const config::Document document =
      config::load(config::find("regulator", regulator.part, where, node.location().file.str()), "regulator");
  Regulator of_part = Regulator::schema().read(document.section);
  of_part.part = config::display_name(document.file);
  if (regulator.input > Voltage()) of_part.input = regulator.input;
  of_part.from = regulator.from;
  if (!of_part.from.empty()) of_part.input = Voltage();
  regulator = std::move(of_part);
  config::Diagnostics diagnostics;
  check_input(regulator, node, diagnostics);
  diagnostics.throw_if_any();
  return PartDocument{regulator.part, document.sha256};
}

const config::Schema<EfficiencyPoint>& EfficiencyPoint::schema() {
  static const auto s =
      config::Schema<EfficiencyPoint>("efficiency_point", "Efficiency of a converter at one load.")
          .required("load", &EfficiencyPoint::load, "Current at its output.", config::at_least(Current::from_si(1e-12)))
          .optional("output", &EfficiencyPoint::output,
                    "Output voltage, in all rows or in none: then it does not matter.",
                    config::at_least(Voltage::from_si(0.05)))
          .required("efficiency", &EfficiencyPoint::efficiency, "Power delivered over power drawn.",
                    config::between(0.001, 1.0));
  return s;
}

const config::Schema<Regulator>& Regulator::schema() {
  static const auto s =
      config::Schema<Regulator>("regulator", "What stands between the battery and a rail, and what it loses.")
          .optional("kind", &Regulator::kind,
                    "ideal loses nothing; buck is a switching converter; ldo drops a voltage; switched_capacitor "
                    "divides the input by one of its ratios and drops the rest.")
          .optional("part", &Regulator::part,
                    "A document of configs/regulators, or a file, that says all but the input.")
          .optional("efficiency", &Regulator::efficiency,
                    "buck: power delivered over power drawn, beside the losses of the other keys; ldo: current "
                    "efficiency, on top of V_out / V_in; switched_capacitor: on top of V_out / (ratio x V_in).",
                    config::between(0.01, 1.0))
          .optional("input", &Regulator::input, "Its input voltage.")
          .optional("from", &Regulator::from, "The voltage domain that feeds it; in the place of `input`.")
          .optional("quiescent_current", &Regulator::quiescent_current,
                    "Drawn at the input whether or not there is load.",
                    config::between(Current(), Current::from_si(1.0)))
          .optional("resistance", &Regulator::resistance, "buck: of switches and coil, in the way of the load.",
                    config::between(Resistance(), Resistance::from_si(1e4)))
          .optional("switching_current", &Regulator::switching_current,
                    "buck: drawn at the input at full switching frequency without load, as data sheets give it for "
                    "forced PWM.",
                    config::between(Current(), Current::from_si(10.0)))
          .optional("power_save_below", &Regulator::power_save_below,
                    "buck: load below which pulses are skipped, in proportion; 0 A: forced PWM.",
                    config::between(Current(), Current::from_si(1e3)))
          .optional("ratios", &Regulator::ratios, "switched_capacitor: output over input without load, such as 0.5.")
          .optional("efficiencies", &Regulator::efficiencies,
                    "buck: a table of its efficiency over load, or over load and output voltage; in the place of "
                    "efficiency, resistance and switching_current.")
          .optional("on_chip", &Regulator::on_chip, "Its losses heat the chip.")
          .optional("time_per_volt", &Regulator::time_per_volt,
                    "How long its output moves by a volt; for rails whose `transition` does not say.",
                    config::between(Time(), Time::from_si(1.0)))
          .optional("settle", &Regulator::settle,
                    "How long a change takes whatever the step; for rails whose `transition` does not say.",
                    config::between(Time(), Time::from_si(1.0)))
          .optional("source", &Regulator::source, "Where the numbers come from; wanted unless ideal.")
          .optional("quality", &Regulator::quality, "How far to trust it.")
          .check(check_regulator)
          .settle([](Regulator& regulator, const config::Node& node) {
            settle_source(regulator.source, regulator.quality, node);
          });
  return s;
}

}  // namespace subvolt::power

namespace subvolt::config {

const std::vector<std::pair<power::RegulatorKind, std::string>>& EnumNames<power::RegulatorKind>::names() {
  using power::RegulatorKind;
  static const std::vector<std::pair<RegulatorKind, std::string>> names{
      {RegulatorKind::kIdeal, "ideal"},
      {RegulatorKind::kBuck, "buck"},
      {RegulatorKind::kLdo, "ldo"},
      {RegulatorKind::kSwitchedCapacitor, "switched_capacitor"}};
  return names;
}

}  // namespace subvolt::config
