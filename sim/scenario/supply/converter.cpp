#include "sim/scenario/supply/converter.h"

#include <cmath>

namespace subvolt::scenario {

const config::Schema<EfficiencyAt>& EfficiencyAt::schema() {
  static const auto s = config::Schema<EfficiencyAt>("efficiency_at", "A row of a table of efficiencies.")
                            .required("load", &EfficiencyAt::load, "Output current.",
                                      config::between(Current::from_si(1e-12), Current::from_si(1e3)))
                            .required("efficiency", &EfficiencyAt::efficiency, "There.", config::between(1e-6, 1.0));
  return s;
}

double Efficiency::at(Current load) const {
  if (table.empty()) return constant;
  if (load <= table.front().load) return table.front().efficiency;
  for (std::size_t i = 1; i < table.size(); ++i) {
    if (table[i].load < load) continue;
    const double share = std::log(load / table[i - 1].load) / std::log(table[i].load / table[i - 1].load);
    return table[i - 1].efficiency + share * (table[i].efficiency - table[i - 1].efficiency);
  }
  return table.back().efficiency;
}

const config::Schema<Converter>& Converter::schema() {
  static const auto s =
      config::Schema<Converter>("converter", "What feeds a rail.")
          .optional("kind", &Converter::kind, "Of ldo the output's current is the input's.")
          .optional("from", &Converter::from, "The regulator that feeds it; the source when absent.")
          .optional("output", &Converter::output, "Voltage of the rail, at which devices draw their currents.")
          .optional("efficiency", &Converter::efficiency,
                    "Delivered over drawn, above 0 to 1: a number, or rows {load, efficiency} by output current.")
          .optional("quiescent", &Converter::quiescent, "Drawn at the input, load or none.")
          .optional("source", &Converter::source, "Where the figures come from.")
          .optional("quality", &Converter::quality, "How far to trust them.")
          .check([](const Converter& c, const config::Node& node, config::Diagnostics& d) {
            const bool wants = c.kind == ConverterKind::kLdo || !c.efficiency.table.empty();
            if (wants && !c.output) {
              d.error(node, "its loss depends on the current that it delivers: add `output`, the rail's voltage");
            }
            if (c.kind == ConverterKind::kLdo && node.find("efficiency")) {
              d.error(*node.find("efficiency"), "that of an ldo follows from its voltages: remove it");
            }
          });
  return s;
}

Load Converter::input(Power delivered) const {
  if (kind == ConverterKind::kIdeal) return {delivered, {}};
  if (kind == ConverterKind::kLdo) return {{}, delivered / *output};
  const double eta = efficiency.table.empty() ? efficiency.constant : efficiency.at(delivered / *output);
  return {delivered / eta, {}};
}

}  // namespace subvolt::scenario

namespace subvolt::config {
using scenario::ConverterKind;

const std::vector<std::pair<ConverterKind, std::string>>& EnumNames<ConverterKind>::names() {
  static const std::vector<std::pair<ConverterKind, std::string>> all{{ConverterKind::kIdeal, "ideal"},
                                                                      {ConverterKind::kBuck, "buck"},
                                                                      {ConverterKind::kBoost, "boost"},
                                                                      {ConverterKind::kLdo, "ldo"}};
  return all;
}

bool FieldType<scenario::Efficiency>::read(const Node& node, scenario::Efficiency& value, Diagnostics& d) {
  if (!node.is_sequence()) {
    if (!read_number(node, value.constant, d)) return false;
    if (value.constant > 0.0 && value.constant <= 1.0) return true;
    d.error(node, "expected an efficiency above 0 to 1, got " + node.describe());
    return false;
  }
  if (!FieldType<std::vector<scenario::EfficiencyAt>>::read(node, value.table, d)) return false;
  if (value.table.empty()) d.error(node, "expected rows such as {load: 1 uA, efficiency: 0.5}, got none");
  for (std::size_t i = 1; i < value.table.size(); ++i) {
    if (value.table[i - 1].load < value.table[i].load) continue;
    d.error(node.items()[i], "expected loads that rise, got " + brief(value.table[i].load) + " behind " +
                                 brief(value.table[i - 1].load));
    return false;
  }
  return !value.table.empty();
}
TypeDoc FieldType<scenario::Efficiency>::doc() {
  return {TypeDoc::Form::kEither,
          {},
          {},
          {FieldType<double>::doc(), FieldType<std::vector<scenario::EfficiencyAt>>::doc()},
          nullptr};
}

}  // namespace subvolt::config
