#include "sim/power/ledger/repricing.h"

#include "sim/power/intent/rail_faults.h"
#include "sim/power/ledger/account_plan.h"
#include "sim/power/ledger/load_losses.h"
#include "sim/power/ledger/supply_loss.h"
#include "sim/power/technology/bit_cells.h"

namespace subvolt::power {
namespace {

// Of what was measured before the regulators nobody knows which part heats the chip: all of it, on the safe side.
bool heats_chip(const PowerIntent& intent, std::size_t rail) {
  return rail >= intent.voltage_domains.size() || intent.voltage_domains[rail].process != Process::kExternal;
}

bool is_leakage(Cause cause) { return cause == Cause::kLeakage || cause == Cause::kRetention; }
bool is_standing(Cause cause) { return is_leakage(cause) || cause == Cause::kBackground; }

}  // namespace

Repricing::Repricing(const ActivityRecord& record, const PowerIntent& intent, const OperatingPoint& point,
                     const PriceSources& sources)
    : record_(record), intent_(intent), sources_(sources), counts_(planned_counts(record, intent, {point}, sources)) {}

Repriced Repricing::at(const OperatingPoint& point, double slower) const {
  for (const auto& faults : {bit_cell_faults(record_.components, intent_, *sources_.technology, point),
                             rail_faults(record_.components, intent_, sources_, point)}) {
    if (!faults.empty()) throw_configuration(faults.front());
  }
  const AccountPlan plan = make_account_plan(record_, intent_, {point}, sources_);
  if (plan.accounts.size() != counts_.all.size()) {
    throw Error(ErrorKind::kInternal, "conditions of one record with different accounts");
  }
  const SupplyTree tree(intent_);
  std::vector<double> loss;
  for (std::size_t r = 0; r < intent_.voltage_domains.size(); ++r) {
    loss.push_back(tree.holds[r] ? 0.0 : loss_share(intent_.voltage_domains[r], point));
  }
  loss.push_back(0.0);  // of what was measured before them
  Repriced all;
  Energy most;
  for (std::size_t a = 0; a < plan.accounts.size(); ++a) {
    const Account& account = plan.accounts[a];
    Energy energy = static_cast<double>(counts_.all[a]) * account.unit_energy * account.scale;
    const bool standing = is_standing(account.cause);
    if (standing) energy *= slower;
    if (energy > most) {
      most = energy;
      all.costliest = account.name;
      all.costliest_component = account.component_name;
    }
    const std::size_t rail = plan.rails[a];
    if (heats_chip(intent_, rail)) all.on_chip += energy;
    if (rail < intent_.voltage_domains.size() && intent_.voltage_domains[rail].regulator.on_chip) {
      all.on_chip += energy * loss[rail];
    }
    energy += energy * loss[rail];
    all.total += energy;
    if (standing) all.standing += energy;
    if (is_leakage(account.cause)) all.leakage += energy;
  }
  if (!tree.rails.empty()) add_load_losses(point, slower, plan, all);
  if (all.total > Energy()) all.costliest_share = most / all.total;
  return all;
}

void Repricing::add_load_losses(const OperatingPoint& point, double slower, const AccountPlan& plan,
                                Repriced& all) const {
  const std::vector<OperatingPoint> points{point};
  LoadLosses loads(intent_, points);
  struct Drawn {
    Draft::Part part;
    Cause cause;
  };
  std::vector<Drawn> drawn;
  for (const PlannedCounts::Alike& alike : counts_.alike) {
    Epoch epoch = alike.epoch;
    epoch.end_ps = static_cast<std::int64_t>(static_cast<double>(epoch.end_ps) * slower);
    loads.begin(epoch, 0);
    for (const auto& [index, n] : alike.counts) {
      const auto a = static_cast<std::size_t>(index);
      if (!loads.holds(plan.rails[a])) continue;
      const Cause cause = plan.accounts[a].cause;
      const Energy energy = priced(n, plan.accounts[a]) * (is_standing(cause) ? slower : 1.0);
      loads.delivered(plan.rails[a], 0, energy);
      drawn.push_back({{loads.alike(), static_cast<std::int32_t>(plan.rails[a]), energy.si()}, cause});
    }
    const Draft::Part time = loads.time_of(epoch);
    drawn.push_back({time, Cause::kBackground});
  }
  loads.settle();
  for (const Drawn& d : drawn) {
    Energy lost;
    loads.lost(d.part, [&](std::size_t rail, Energy more) {
      lost += more;
      if (intent_.voltage_domains[rail].regulator.on_chip) all.on_chip += more;
    });
    all.total += lost;
    if (is_standing(d.cause)) all.standing += lost;
    if (is_leakage(d.cause)) all.leakage += lost;
  }
}

}  // namespace subvolt::power
