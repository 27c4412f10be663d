#include "sim/scenario/supply/supply.h"

#include "sim/config/library.h"
#include "sim/config/loader.h"

namespace subvolt::scenario {

const config::Schema<HarvestSource>& HarvestSource::schema() {
  static const auto s =
      config::Schema<HarvestSource>("harvest_source", "What a harvester delivers.")
          .optional("power", &HarvestSource::power, "Constant, by time of day or from a file.")
          .optional("harvester", &HarvestSource::harvester, "Or a document that has it: a shipped name or a file.")
          .optional("voltage", &HarvestSource::voltage, "Or that of a source behind `resistance`, at the capacitor.")
          .optional("resistance", &HarvestSource::resistance, "Of that.",
                    config::between(Resistance::from_si(1e-6), Resistance::from_si(1e12)))
          .check([](const HarvestSource& h, const config::Node& node, config::Diagnostics& d) {
            const int ways = (h.power.given ? 1 : 0) + (h.voltage ? 1 : 0) + (h.harvester.empty() ? 0 : 1);
            if (ways != 1) {
              d.error(node, "expected one of `power`, `harvester` and `voltage` with `resistance`, got " +
                                std::to_string(ways));
            }
            if (h.voltage.has_value() != h.resistance.has_value())
              d.error(node, "`voltage` and `resistance` go together");
          })
          .settle([](HarvestSource& h, const config::Node& node) {
            if (h.harvester.empty()) return;
            const config::SourceLocation& at = node.find("harvester")->location();
            const std::string file = config::find("harvester", h.harvester, at.text(), at.file);
            h.power.constant = Harvester::schema().read(config::load(file, "harvester").section).power.value;
            h.power.given = true;
          });
  return s;
}

const config::Schema<Harvest>& Harvest::schema() {
  static const auto s =
      config::Schema<Harvest>("harvest", "Power from outside, through a converter.")
          .required("source", &Harvest::source, "What delivers it.")
          .optional("efficiency", &Harvest::efficiency, "Of the converter.", config::between(1e-6, 1.0))
          .optional("quiescent", &Harvest::quiescent, "That it draws itself, all the time.")
          .optional("quiescent_at", &Harvest::quiescent_at, "At which voltage; the capacitor's when absent.");
  return s;
}

const config::Schema<Harvester>& Harvester::schema() {
  static const auto s = config::Schema<Harvester>("harvester", "A harvester under a condition.")
                            .optional("title", &Harvester::title, "For people.")
                            .optional("condition", &Harvester::condition, "Under which it delivers that.")
                            .required("power", &Harvester::power, "What it delivers.");
  return s;
}

const config::Schema<Supply>& Supply::schema() {
  static const auto s =
      config::Schema<Supply>("supply", "Where the power comes from.")
          .optional("battery", &Supply::battery, "A battery.")
          .optional("capacitor", &Supply::capacitor, "Or a capacitor.")
          .optional("voltage", &Supply::voltage, "Or a source that never ends.",
                    config::between(Voltage::from_si(0.1), Voltage::from_si(60.0)))
          .optional("harvest", &Supply::harvest, "What charges the capacitor.")
          .optional("regulators", &Supply::regulators, "What feeds the rails, by the name of the rail.")
          .check([](const Supply& supply, const config::Node& node, config::Diagnostics& d) {
            const int sources = (supply.battery ? 1 : 0) + (supply.capacitor ? 1 : 0) + (supply.voltage ? 1 : 0);
            if (sources > 1) d.error(node, "expected one of `battery`, `capacitor` and `voltage`, got several");
            if (supply.harvest && !supply.capacitor) {
              d.error(*node.find("harvest"), "charges a capacitor: add `capacitor`");
            }
            if (supply.harvest && supply.harvest->source.resistance && node.find("harvest")->find("efficiency")) {
              d.error(*node.find("harvest")->find("efficiency"),
                      "a source behind a resistance has no converter: remove it");
            }
            for (const auto& [name, regulator] : supply.regulators) {
              if (name == "battery" || name == "storage" || name == "source") {
                d.error(*node.find("regulators")->find(name),
                        "\"" + name + "\" is the source itself: choose another name");
              }
            }
          });
  return s;
}

}  // namespace subvolt::scenario
