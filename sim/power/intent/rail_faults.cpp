#include "sim/power/intent/rail_faults.h"

#include <cmath>
#include <set>

#include "sim/power/price/price_lookup.h"
#include "sim/power/wording.h"

namespace subvolt::power {
namespace {

const VoltageDomain* rail_of(const PowerDomain& domain, const std::string& rail, const PowerIntent& intent) {
  if (rail == "primary") return intent.find_voltage_domain(domain.supply);
  for (const auto& [name, supply] : domain.rails) {
    if (name == rail) return intent.find_voltage_domain(supply);
  }
  return nullptr;  // said by whoever prices
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

}  // namespace

std::vector<std::string> rail_faults(const std::vector<ComponentDeclaration>& components, const PowerIntent& intent,
                                     const PriceSources& sources, const OperatingPoint& point) {
  std::vector<std::string> faults;
  std::set<std::string> told;
  for (const ComponentDeclaration& component : components) {
    const PowerDomain* domain = intent.find_power_domain(component.power_domain);
    if (component.price_book.empty() || !domain) continue;
    const BookUse use = book_of(component, sources);
    for (const EventDeclaration& event : component.events) {
      if (event.price.empty() || !why_unpriced(event, *use.book, point.temperature).empty()) continue;
      for (const UnitEnergy& unit : unit_energies(event, *use.book, use.reference, point.temperature)) {
        const VoltageDomain* rail = rail_of(*domain, unit.rail, intent);
        if (!rail || rail->process != Process::kExternal || unit.reference <= Voltage()) continue;
        const Voltage v = point.voltage(rail->name);
        if (std::abs(v / unit.reference - 1.0) <= kRailTolerance) continue;
        if (!told.insert(component.name + " " + rail->name).second) continue;
        faults.push_back(place(intent, *rail, v, point.name) + "operating point \"" + point.name + "\": " + rail->name +
                         " gives " + brief(v) + " to " + component.name + ", expected " +
                         brief((1.0 - kRailTolerance) * unit.reference) + " to " +
                         brief((1.0 + kRailTolerance) * unit.reference) + ": " + use.book->file + " is for " +
                         brief(unit.reference));
      }
    }
  }
  return faults;
}

}  // namespace subvolt::power
