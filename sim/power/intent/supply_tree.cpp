#include "sim/power/intent/supply_tree.h"

#include <algorithm>

#include "sim/power/wording.h"

namespace subvolt::power {

SupplyTree::SupplyTree(const PowerIntent& intent)
    : feeders(intent.voltage_domains.size(), kNoRail), holds(intent.voltage_domains.size(), false) {
  const auto& domains = intent.voltage_domains;
  for (std::size_t r = 0; r < domains.size(); ++r) {
    if (domains[r].regulator.depends_on_load()) holds[r] = true;
    if (domains[r].regulator.from.empty()) continue;
    const auto feeder = std::find_if(domains.begin(), domains.end(), [&](const VoltageDomain& domain) {
      return domain.name == domains[r].regulator.from;
    });
    feeders[r] = static_cast<std::size_t>(feeder - domains.begin());
    holds[r] = holds[feeders[r]] = true;
  }
  // How many regulators lie between a rail and the battery; reading the intent made sure that the way ends.
  const auto depth = [&](std::size_t r) {
    std::size_t steps = 0;
    for (; feeders[r] != kNoRail; r = feeders[r]) ++steps;
    return steps;
  };
  for (std::size_t r = 0; r < domains.size(); ++r) {
    if (holds[r]) rails.push_back(r);
  }
  std::stable_sort(rails.begin(), rails.end(), [&](std::size_t a, std::size_t b) { return depth(a) > depth(b); });
}

Voltage input_of(const VoltageDomain& rail, const Conditions& at) {
  return rail.regulator.from.empty() ? rail.regulator.input : at.voltage(rail.regulator.from);
}

void settle_regulators(PowerIntent& intent) {
  for (VoltageDomain& domain : intent.voltage_domains) {
    const config::Node& at = config::node_at(intent.origin, {"voltage_domains", domain.name, "regulator"});
    if (const auto part = take_part(domain.regulator, at)) {
      const auto same = [&](const PartDocument& known) { return known.name == part->name; };
      if (std::none_of(intent.parts.begin(), intent.parts.end(), same)) intent.parts.push_back(*part);
    }
    const config::Node& transition = config::node_at(intent.origin, {"voltage_domains", domain.name, "transition"});
    const Regulator& regulator = domain.regulator;
    if (regulator.time_per_volt && !transition.find("time_per_volt")) {
      domain.transition.time_per_volt = *regulator.time_per_volt;
    }
    if (regulator.settle && !transition.find("settle")) domain.transition.settle = *regulator.settle;
  }
}

void check_feeding(const PowerIntent& intent, const Conditions& at, const std::string& where) {
  for (const VoltageDomain& domain : intent.voltage_domains) {
    if (domain.regulator.from.empty()) continue;
    const Voltage v = at.voltage(domain.name), highest = domain.regulator.highest_output(input_of(domain, at));
    if (v <= highest) continue;
    const config::Node& node = config::node_at(intent.origin, {"voltage_domains", domain.name, "regulator", "from"});
    throw_configuration(node.location().text() + ": " + node.path() + ": " + where + domain.name + ": " + brief(v) +
                        " is above what its " + config::FieldType<RegulatorKind>::text(domain.regulator.kind) +
                        " makes of " + domain.regulator.from + ", " + brief(highest) +
                        ": lower the rail, or raise the one that feeds it");
  }
}

}  // namespace subvolt::power
