#include "sim/power/ledger/wake_plan.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "sim/units/picoseconds.h"

namespace subvolt::power {

const CutRail& WakePlan::rail_of(std::size_t point, std::size_t domain, const std::string& supply) {
  const auto [at, fresh] = rails_.try_emplace({point, domain});
  if (fresh) {
    std::vector<Site> sites;
    for (std::size_t c = 0; c < record_.components.size(); ++c) {
      const ComponentDeclaration& component = record_.components[c];
      if (component.power_domain != record_.power_domains[domain] || intent_.covers(component.name)) continue;
      sites.push_back(site_of(record_, intent_, points_, c, point));
    }
    at->second = cut_rails(sites, *sources_.technology);
  }
  return *std::find_if(at->second.begin(), at->second.end(), [&](const CutRail& r) { return r.supply == supply; });
}

void WakePlan::add(const Epoch* epochs, std::size_t count, AccountPlan& plan) {
  std::set<std::tuple<std::size_t, std::size_t, PowerState, Picoseconds>> sleeps;  // by point and domain
  for (const Epoch* epoch = epochs; epoch != epochs + count; ++epoch) {
    for (const Epoch::Transition& t : epoch->transitions) {
      if (!t.wakes() || t.slept == kSleepNotTold) continue;
      for (const std::int32_t point : {epoch->operating_point, epoch->settling_from}) {
        if (point < 0) continue;
        sleeps.emplace(static_cast<std::size_t>(point), static_cast<std::size_t>(t.domain), t.from, t.slept);
      }
    }
  }
  for (const auto& [point, domain, from, slept] : sleeps) {
    PointAccounts& at = plan.points[point];
    for (std::size_t c = 0; c < record_.components.size(); ++c) {
      if (record_.components[c].power_domain != record_.power_domains[domain] || at.wake[c].empty()) continue;
      const auto [place, fresh] = at.wake_after.try_emplace({c, from, slept});
      if (!fresh) continue;
      const Site site = site_of(record_, intent_, points_, c, point);
      for (const AccountIndex index : at.wake[c]) {
        const auto whole = static_cast<std::size_t>(index);
        const CutRail& rail = rail_of(point, domain, plan.accounts[whole].voltage_domain);
        const Time time = Time::from_si(in_seconds(slept));
        place->second.push_back(plan.add(
            after_sleep(plan.accounts[whole], site, *sources_.technology, rail, from, time), point, plan.rails[whole]));
      }
    }
  }
}

}  // namespace subvolt::power
