#include "sim/power/ledger/component_powers.h"

#include "sim/power/ledger/account_plan.h"
#include "sim/units/picoseconds.h"

namespace subvolt::power {

std::vector<ComponentPowers> component_powers(const std::vector<ComponentDeclaration>& components,
                                              const PowerIntent& intent, const OperatingPoint& point,
                                              const PriceSources& sources) {
  ActivityRecord nothing_counted;
  nothing_counted.components = components;
  nothing_counted.operating_points = {point.name};
  for (const auto& [clock, f] : point.frequencies) {
    nothing_counted.clock_domains.push_back({clock, {static_cast<std::int64_t>(f.si() + 0.5)}});
  }
  for (const PowerDomain& domain : intent.power_domains) nothing_counted.power_domains.push_back(domain.name);
  const AccountPlan plan = make_account_plan(nothing_counted, intent, {point}, sources);
  const PointAccounts& at = plan.points.front();
  std::vector<ComponentPowers> all(components.size());
  std::size_t event = 0;
  for (std::size_t c = 0; c < components.size(); ++c) {
    const auto energy_of = [&](AccountIndex a) {
      const Account& account = plan.accounts[static_cast<std::size_t>(a)];
      return account.unit_energy * account.scale;
    };
    const auto add_counts = [&](const std::vector<AccountIndex>& accounts) {
      for (const AccountIndex a : accounts) {
        const Account& account = plan.accounts[static_cast<std::size_t>(a)];
        all[c].counts.push_back({account.name, energy_of(a), account.count_unit});
      }
    };
    for (std::size_t s = 0; s < at.states[c].size(); ++s) {
      if (at.states[c][s].empty()) continue;
      Power power;
      for (const AccountIndex a : at.states[c][s]) power += energy_of(a) / kPicosecond;
      all[c].states.emplace_back(static_cast<PowerState>(s), power);
    }
    for (std::size_t e = 0; e < components[c].events.size(); ++e) add_counts(at.events[event++]);
    add_counts(at.clock[c]);
    add_counts(at.wake[c]);
  }
  return all;
}

}  // namespace subvolt::power
