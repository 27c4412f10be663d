#include "sim/power/intent/rail_faults.h"

#include <cmath>
#include <set>

#include "sim/power/price/price_lookup.h"
#include "sim/power/technology/bit_cells.h"
#include "sim/power/wording.h"

namespace subvolt::power {
namespace {

const VoltageDomain* rail_of(const PowerDomain& domain, const UnitEnergy& unit, const PowerIntent& intent) {
  if (unit.rail == "primary") {
    return unit.of_domain == PriceRail::kArray ? array_rail(domain, intent) : intent.find_voltage_domain(domain.supply);
  }
  for (const auto& [name, supply] : domain.rails) {
    if (name == unit.rail) return intent.find_voltage_domain(supply);
  }
  return nullptr;
}

std::string place(const PowerIntent& intent, const VoltageDomain& rail, Voltage v, const std::string& point) {
  const config::Node& own = config::node_at(intent.origin, {"voltage_domains", rail.name, "voltage"});
  const config::Node& of_point = config::node_at(intent.origin, {"operating_points", point, "voltages", rail.name});
  const bool named = of_point.path() == "power.operating_points." + point + ".voltages." + rail.name;
  if (!named && rail.voltage != v) return "";  // --opp says it, and its text stands in the message
  const config::Node& node = named ? of_point : own;
  const std::string location = node.location().text();
  return location.empty() ? "" : location + ": " + node.path() + ": ";
}

// What `v` is not, for the figures of an event; empty: it is.
std::string expected(const UnitEnergy& unit, const VoltageDomain& rail, Voltage v) {
  const VoltageCurve& curve = unit.over_voltage;
  if (!curve.empty()) {
    if (covers(curve, v)) return "";
    return brief(curve.front().voltage) + " to " + brief(curve.back().voltage);
  }
  if (rail.process != Process::kExternal || unit.reference <= Voltage()) return "";
  if (std::abs(v / unit.reference - 1.0) <= kRailTolerance) return "";
  return brief((1.0 - kRailTolerance) * unit.reference) + " to " + brief((1.0 + kRailTolerance) * unit.reference);
}

// The rail's voltage is that of the sheet, but for rounding.
constexpr double kSameVoltage = 0.01;

// What would connect a rail of `reference`: a domain off the chip that has this voltage, or the supply brought there.
std::string connecting(const std::string& rail, Voltage reference, const PowerDomain& domain,
                       const PowerIntent& intent) {
  const std::string key = "power.power_domains." + domain.name + ".rails." + rail;
  const auto set = [](const std::string& text) { return "--set '" + text + "'"; };
  for (const VoltageDomain& v : intent.voltage_domains) {
    const bool fits = reference <= Voltage() || std::abs(v.voltage / reference - 1.0) <= kSameVoltage;
    if (v.process == Process::kExternal && fits) return set(key + "=" + v.name);
  }
  const VoltageDomain* supply = intent.find_voltage_domain(domain.supply);
  if (reference <= Voltage() || !supply || supply->process != Process::kExternal) {
    return key + ": NAME of a voltage domain of process external" +
           (reference > Voltage() ? " at " + brief(reference) : "");
  }
  return set(key + "=" + supply->name) + " " +
         set("power.voltage_domains." + supply->name + ".voltage=" + brief(reference));
}

}  // namespace

std::string unconnected_rail(const ComponentDeclaration& component, const EventDeclaration& event,
                             const UnitEnergy& unit, const PowerDomain& domain, const PowerIntent& intent,
                             const PriceBook& book) {
  const config::Node& node = config::node_at(intent.origin, {"power_domains", domain.name, "rails"});
  const std::string location = node.location().text();
  return (location.empty() ? "" : location + ": " + node.path() + ": ") + component.name + "." + event.name +
         ": price " + event.price + " of " + book.file + " draws from rail " + unit.rail +
         ", which the rails of power domain " + domain.name +
         " do not connect: " + connecting(unit.rail, unit.reference, domain, intent);
}

std::vector<std::string> rail_faults(const std::vector<ComponentDeclaration>& components, const PowerIntent& intent,
                                     const PriceSources& sources, const OperatingPoint& point) {
  std::vector<std::string> faults;
  std::set<std::string> told;
  const Temperature temperature = sources.temperature_of_parts(point);
  for (const ComponentDeclaration& component : components) {
    const PowerDomain* domain = intent.find_power_domain(component.power_domain);
    if (!domain) continue;
    const BookUse use = book_of(component, sources);
    for (const EventDeclaration& event : component.events) {
      if (event.price.empty() || !why_unpriced(event, *use.book, temperature).empty()) continue;
      for (const UnitEnergy& unit : unit_energies(event, *use.book, use.reference, temperature)) {
        const VoltageDomain* rail = rail_of(*domain, unit, intent);
        if (!rail) {  // once for all events that do
          if (told.insert(component.name + " " + unit.rail).second) {
            faults.push_back(unconnected_rail(component, event, unit, *domain, intent, *use.book));
          }
          continue;
        }
        const Voltage v = point.voltage(rail->name);
        const std::string range = expected(unit, *rail, v);
        if (range.empty() || !told.insert(component.name + " " + rail->name).second) continue;
        faults.push_back(place(intent, *rail, v, point.name) + "operating point \"" + point.name + "\": " + rail->name +
                         " gives " + brief(v) + " to " + component.name + ", expected " + range + ": " +
                         use.book->file + " is for " +
                         (unit.over_voltage.empty() ? brief(unit.reference) : "these, in its price " + event.price));
      }
    }
  }
  return faults;
}

}  // namespace subvolt::power
