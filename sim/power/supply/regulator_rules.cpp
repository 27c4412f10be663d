#include "sim/power/supply/regulator_rules.h"

#include <algorithm>

#include "sim/config/sourced/fit.h"
#include "sim/config/sourced/sourcing.h"

namespace subvolt::power {
namespace {

// Keys that one kind alone has.
struct KindKey {
  const char* key;
  RegulatorKind kind;
  const char* name;
};
constexpr KindKey kKindKeys[] = {{"resistance", RegulatorKind::kBuck, "buck"},
                                 {"switching_current", RegulatorKind::kBuck, "buck"},
                                 {"power_save_below", RegulatorKind::kBuck, "buck"},
                                 {"efficiencies", RegulatorKind::kBuck, "buck"},
                                 {"ratios", RegulatorKind::kSwitchedCapacitor, "switched_capacitor"}};

void check_table(const Regulator& regulator, const config::Node& node, config::Diagnostics& d) {
  for (const char* key : {"efficiency", "resistance", "switching_current"}) {
    if (node.find(key)) d.error(*node.find(key), "the table of `efficiencies` has it in it: remove one");
  }
  const std::vector<config::Node>& items = node.find("efficiencies")->items();
  const auto& rows = regulator.efficiencies;
  for (std::size_t i = 1; i < rows.size() && i < items.size(); ++i) {
    const EfficiencyPoint &before = rows[i - 1], &row = rows[i];
    if (row.output.has_value() != rows.front().output.has_value()) {
      d.error(items[i], "expected `output` in all rows or in none");
    }
    if (row.output != before.output) {
      if (row.output && before.output && *row.output < *before.output) {
        d.error(items[i], "expected rows in rising order of output voltage, then of load");
      }
      continue;
    }
    if (!(row.load > before.load)) {
      d.error(items[i], "expected rows in rising order of load");
    } else if (row.load.si() * (1.0 / row.efficiency - 1.0) < before.load.si() * (1.0 / before.efficiency - 1.0)) {
      d.error(items[i], "loses less than at the lower load before it, which no converter does: efficiency at most " +
                            std::to_string(1.0 / (1.0 + before.load / row.load * (1.0 / before.efficiency - 1.0))));
    }
  }
}

void check_losses(const Regulator& regulator, const config::Node& node, config::Diagnostics& d) {
  if (!regulator.efficiencies.empty()) return check_table(regulator, node, d);
  if (!node.find("efficiency") && !node.find("resistance")) {
    d.error(node,
            regulator.kind == RegulatorKind::kBuck
                ? "a buck needs its efficiency, such as `efficiency: 0.9`: without it nobody knows what it loses"
            : regulator.kind == RegulatorKind::kLdo
                ? "an ldo needs its current efficiency, such as `efficiency: 0.99`: what it delivers over what it "
                  "draws"
                : "a switched_capacitor needs its efficiency, such as `efficiency: 0.9`: what bottom plates and "
                  "gates leave");
  }
  if (regulator.power_save_below > Current() && regulator.switching_current == Current()) {
    d.error(*node.find("power_save_below"), "there is no `switching_current` that power save could spare: add it");
  }
}

}  // namespace

void check_input(const Regulator& regulator, const config::Node& node, config::Diagnostics& d) {
  if (regulator.input > Voltage() && !regulator.from.empty()) {
    d.error(last_said(node, {"from", "input"}), "`from` has a voltage of its own: remove `input`, or `from`");
  }
  if (regulator.input > Voltage() || !regulator.from.empty()) return;
  const auto missing = [&](const std::string& what) {
    const config::Node* said = node.find("input");
    d.error(said ? *said : node, what + " needs its input voltage");
  };
  if (regulator.kind == RegulatorKind::kLdo) return missing("an ldo");
  if (regulator.kind == RegulatorKind::kSwitchedCapacitor) return missing("a switched_capacitor");
  if (regulator.quiescent_current > Current() || regulator.switching_current > Current()) {
    missing("a buck with a quiescent_current or switching_current");
  }
}

void check_regulator(const Regulator& regulator, const config::Node& node, config::Diagnostics& d) {
  if (!regulator.part.empty()) {
    for (const config::Node::Entry& entry : node.entries()) {
      if (entry.key == "part" || entry.key == "input" || entry.key == "from" || entry.node.is_null()) continue;
      d.error(entry.node, "the part says it: remove " + entry.key + ", or give a document of your own that includes " +
                              "the part's as `part`");
    }
    return;
  }
  if (regulator.kind == RegulatorKind::kIdeal) {
    if (regulator.efficiency != 1.0)
      d.error(node_at(node, {"efficiency"}), "an ideal regulator loses nothing: choose buck or ldo");
    if (regulator.quiescent_current > Current())
      d.error(node_at(node, {"quiescent_current"}), "an ideal regulator draws nothing: choose buck or ldo");
  }
  for (const KindKey& own : kKindKeys) {
    if (node.find(own.key) && regulator.kind != own.kind) {
      d.error(*node.find(own.key), "is a key of kind " + std::string(own.name));
    }
  }
  if (regulator.kind == RegulatorKind::kIdeal) return;
  check_losses(regulator, node, d);
  if (regulator.kind == RegulatorKind::kSwitchedCapacitor) {
    const bool good = std::all_of(regulator.ratios.begin(), regulator.ratios.end(),
                                  [](double ratio) { return ratio > 0.0 && ratio <= 4.0; });
    if (regulator.ratios.empty() || !good) {
      d.error(node_at(node, {"ratios"}), "a switched_capacitor needs ratios from 0 to 4, such as `ratios: [0.5]`");
    }
  }
  // A part's document leaves the input to whoever uses it.
  if (node.path() != "regulator") check_input(regulator, node, d);
  require_source(regulator.source, node, d);
  refuse_fitted(regulator.quality, node, d);
}

}  // namespace subvolt::power
