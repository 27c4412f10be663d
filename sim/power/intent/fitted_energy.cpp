#include "sim/power/intent/fitted_energy.h"

#include <algorithm>
#include <set>

#include "sim/config/sourced/sourcing.h"
#include "sim/power/intent/power_intent.h"
#include "sim/power/price/price_book.h"
#include "sim/power/wording.h"

namespace subvolt::power {
namespace {

void check_term(const FittedTerm& term, const config::Node& node, config::Diagnostics& d) {
  if (term.energy.has_value() != term.powers.empty()) {
    d.error(node, "expected either `energy` per event or `powers` by voltage");
  }
  if (term.energy && !term.voltage) d.error(node, "expected the `voltage` at which the energy holds");
  if (term.voltage && !term.energy) d.error(node_at(node, {"voltage"}), "`powers` have their voltages with them");
  if (!term.powers.empty()) PowersByVoltage::check(term.powers, node_at(node, {"powers"}), d);
  if (term.events.empty()) d.error(node_at(node, {"events"}), "expected at least one event, as `COMPONENT.EVENT: 1`");
  for (const auto& [event, weight] : term.events) {
    if (weight > 0.0) continue;
    d.error(node_at(node, {"events", event}), "expected a weight above 0");
  }
  require_source(term.source, node, d);
  require_fit(term.quality, term.fit, term.uncertainty, node, d);
}

void check_fitted(const FittedEnergy& fitted, const config::Node& node, config::Diagnostics& d) {
  if (fitted.elements.empty()) d.error(node_at(node, {"elements"}), "expected at least one component");
  std::set<std::string> sorted;
  for (const ChipPhase& phase : fitted.phases) {
    const config::Node& at = node_at(node, {"phases", phase.name});
    if (phase.cycles.empty()) d.error(node_at(at, {"cycles"}), "expected at least one event that counts cycles");
    for (const auto* list : {&phase.cycles, &phase.events}) {
      for (const std::string& event : *list) {
        if (sorted.insert(event).second) continue;
        d.error(at, event + " is named twice: each event belongs to one phase at most");
      }
    }
  }
}

std::string component_of(const std::string& event) { return event.substr(0, event.rfind('.')); }

const EventDeclaration* find_event(const std::vector<ComponentDeclaration>& components, const std::string& name) {
  for (const ComponentDeclaration& component : components) {
    for (const EventDeclaration& event : component.events) {
      if (component.name + "." + event.name == name) return &event;
    }
  }
  return nullptr;
}

}  // namespace

const config::Schema<BottomUp>& BottomUp::schema() {
  static const auto s =
      config::Schema<BottomUp>("bottom_up", "What the same event costs by another way than the fit.")
          .required("energy", &BottomUp::energy, "Per weighted count, at the term's voltage.",
                    config::between(Energy::from_si(1e-18), kDearestEvent))
          .required("source", &BottomUp::source, "Technology's price, tool's table, method of estimate.")
          .check([](const BottomUp& b, const config::Node& node, config::Diagnostics& d) {
            require_source(b.source, node, d);
          })
          .settle([](BottomUp& b, const config::Node& node) { settle_source(b.source, node); });
  return s;
}

const config::Schema<FittedTerm>& FittedTerm::schema() {
  static const auto s =
      config::Schema<FittedTerm>("fitted_term",
                                 "A constant of a chip, and the events or cycles that it is the price of.")
          .optional("energy", &FittedTerm::energy, "Per event, times its weight.",
                    config::between(Energy(), kDearestEvent))
          .optional("voltage", &FittedTerm::voltage, "At which the energy holds; it goes with the square of it.",
                    config::between(Voltage::from_si(0.05), Voltage::from_si(10.0)))
          .optional("powers", &FittedTerm::powers,
                    "Instead: power by voltage, as of a mode, drawn in the cycles that the events count.")
          .required("events", &FittedTerm::events,
                    "By COMPONENT.EVENT: weight. Statistics, which have no price of their own, are events, too.")
          .optional("points", &FittedTerm::points,
                    "Operating points at which it is drawn, by name or its beginning with a *; all when absent.")
          .optional("cause", &FittedTerm::cause, "Why it is spent.")
          .optional("bottom_up", &FittedTerm::bottom_up, "What the technology would say.")
          .required("source", &FittedTerm::source, "Where the number comes from: measurements and who fitted them how.")
          .optional("quality", &FittedTerm::quality, "How far to trust it.")
          .optional("fit", &FittedTerm::fit, "The rows, and how well they are met.")
          .optional("uncertainty", &FittedTerm::uncertainty, "Standard error of the constant, relative.",
                    config::between(0.0, 10.0))
          .check(check_term)
          .settle([](FittedTerm& term, const config::Node& node) { settle_source(term.source, term.quality, node); });
  return s;
}

const config::Schema<ChipPhase>& ChipPhase::schema() {
  static const auto s =
      config::Schema<ChipPhase>("chip_phase", "A part of the chip's use that its vendor measures apart.")
          .required("cycles", &ChipPhase::cycles, "COMPONENT.EVENT that count the clocks it lasts.")
          .optional("events", &ChipPhase::events, "Others that belong to it.");
  return s;
}

const config::Schema<FittedEnergy>& FittedEnergy::schema() {
  static const auto s =
      config::Schema<FittedEnergy>("fitted_energy",
                                   "A chip's own prices, fitted to its measurements, in the place of the technology's.")
          .required("elements", &FittedEnergy::elements,
                    "Components that they stand for; \"npu.*\" is everything below npu.")
          .required("rail", &FittedEnergy::rail, "The voltage domain whose voltage counts.")
          .optional("above_idle", &FittedEnergy::above_idle,
                    "Whether the power of the mode idle is drawn all the time besides.")
          .required("terms", &FittedEnergy::terms, "Constants by name.")
          .optional("phases", &FittedEnergy::phases, "Parts of the chip's use that are told apart, by name.")
          .check(check_fitted);
  return s;
}

bool FittedTerm::holds_at(const std::string& point) const {
  return points.empty() ||
         std::any_of(points.begin(), points.end(), [&](const std::string& name) { return matches(name, point); });
}

bool ChipPhase::has(const std::string& event) const {
  return std::find(cycles.begin(), cycles.end(), event) != cycles.end() ||
         std::find(events.begin(), events.end(), event) != events.end();
}

bool FittedEnergy::covers(const std::string& component) const {
  return std::any_of(elements.begin(), elements.end(),
                     [&](const std::string& element) { return matches(element, component); });
}

const ChipPhase* FittedEnergy::phase_of(const std::string& event) const {
  for (const ChipPhase& phase : phases) {
    if (phase.has(event)) return &phase;
  }
  return nullptr;
}

std::vector<std::string> fitted_faults(const std::vector<ComponentDeclaration>& components, const PowerIntent& intent,
                                       const OperatingPoint& point) {
  std::vector<std::string> faults;
  const auto add = [&](const config::Node& at, const std::string& what) {
    const std::string place = at.location().text();
    faults.push_back((place.empty() ? "" : place + ": ") + what);
  };
  const auto reach = [&](const std::vector<PowerAt>& powers, Voltage at, const config::Node& given) {
    if (powers.empty() || PowersByVoltage::reach(powers, at)) return;
    add(given, "operating point \"" + point.name + "\" is at " + brief(at) + ", of which these powers tell nothing (" +
                   PowersByVoltage::text(powers) + "): add one, or stay within " + brief(PowersByVoltage::kBeyond) +
                   " of them");
  };
  if (const ChipMode* idle = intent.idle_mode()) {
    reach(idle->powers, point.voltage(intent.chip_modes->rail),
          config::node_at(intent.origin, {"chip_modes", "modes", kIdleMode, "powers"}));
  }
  if (!intent.fitted) return faults;
  const config::Node& node = config::node_at(intent.origin, {"fitted"});
  const auto check = [&](const std::string& event, const config::Node& at) {
    if (!find_event(components, event)) {
      std::vector<std::string> known;
      for (const ComponentDeclaration& component : components) {
        for (const EventDeclaration& e : component.events) known.push_back(component.name + "." + e.name);
      }
      add(at, "there is no event \"" + event + "\" in this SoC" + config::did_you_mean(event, known));
    } else if (!intent.fitted->covers(component_of(event))) {
      add(at, event + " is not of a component that `elements` name: add \"" + component_of(event) + "\" there");
    }
  };
  for (const FittedTerm& term : intent.fitted->terms) {
    const config::Node& at = config::node_at(node, {"terms", term.name});
    for (const auto& [event, weight] : term.events) check(event, config::node_at(at, {"events", event}));
    reach(term.powers, point.voltage(intent.fitted->rail), config::node_at(at, {"powers"}));
  }
  for (const ChipPhase& phase : intent.fitted->phases) {
    const config::Node& at = config::node_at(node, {"phases", phase.name});
    for (const auto* list : {&phase.cycles, &phase.events}) {
      for (const std::string& event : *list) check(event, at);
    }
  }
  return faults;
}

}  // namespace subvolt::power

namespace subvolt::config {

const std::vector<std::pair<power::Cause, std::string>>& EnumNames<power::Cause>::names() {
  static const auto names = [] {
    std::vector<std::pair<power::Cause, std::string>> all;
    for (int c = 0; c < power::kCauses; ++c) {
      const auto cause = static_cast<power::Cause>(c);
      all.emplace_back(cause, power::to_text(cause));
    }
    return all;
  }();
  return names;
}

}  // namespace subvolt::config
