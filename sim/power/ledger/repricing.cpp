#include "sim/power/ledger/repricing.h"

#include "sim/power/intent/rail_faults.h"
#include "sim/power/ledger/load_losses.h"
#include "sim/power/ledger/supply_loss.h"
#include "sim/power/technology/bit_cells.h"
#include "sim/units/picoseconds.h"

namespace subvolt::power {
namespace {

bool is_leakage(Cause cause) { return cause == Cause::kLeakage || cause == Cause::kRetention; }
bool is_standing(Cause cause) { return is_leakage(cause) || cause == Cause::kBackground; }

// Of what was measured before the regulators nobody knows which part heats the chip: all of it, on the safe side.
bool heats_chip(const PowerIntent& intent, std::size_t rail) {
  return rail >= intent.voltage_domains.size() || intent.voltage_domains[rail].process != Process::kExternal;
}

// By rail; 0 where it depends on load.
std::vector<double> losses_at(const PowerIntent& intent, const OperatingPoint& point) {
  const SupplyTree tree(intent);
  std::vector<double> losses;
  for (std::size_t r = 0; r < intent.voltage_domains.size(); ++r) {
    losses.push_back(tree.holds[r] ? 0.0 : loss_share(intent.voltage_domains[r], point));
  }
  losses.push_back(0.0);  // of what was measured before them
  return losses;
}

}  // namespace

EnergyParts& EnergyParts::operator-=(const EnergyParts& other) {
  for (std::size_t c = 0; c < components.size(); ++c) {
    for (std::size_t k = 0; k < kCauses; ++k) components[c][k] -= other.components[c][k];
  }
  for (std::size_t r = 0; r < rails.size(); ++r) {
    rails[r] -= other.rails[r];
    standing[r] -= other.standing[r];
  }
  loss -= other.loss;
  between -= other.between;
  between_time -= other.between_time;
  total -= other.total;
  return *this;
}

Repricing::Repricing(const ActivityRecord& record, const PowerIntent& intent, const OperatingPoint& point,
                     const PriceSources& sources)
    : record_(record), intent_(intent), sources_(sources), counts_(planned_counts(record, intent, {point}, sources)) {
  for (const Epoch& epoch : record.epochs) {
    if (is_between_jobs(epoch)) between_time_ += Time::from_si(in_seconds(epoch.end_ps - epoch.begin_ps));
  }
}

AccountPlan Repricing::plan_at(const OperatingPoint& point) const {
  for (const auto& faults : {bit_cell_faults(record_.components, intent_, *sources_.technology, point),
                             rail_faults(record_.components, intent_, sources_, point)}) {
    if (!faults.empty()) throw_configuration(faults.front());
  }
  AccountPlan plan = make_account_plan(record_, intent_, {point}, sources_);
  if (plan.accounts.size() != counts_.all.size()) {
    throw Error(ErrorKind::kInternal, "conditions of one record with different accounts");
  }
  return plan;
}

template <class Lost>
void Repricing::each_load_loss(const OperatingPoint& point, double slower, const AccountPlan& plan,
                               const Lost& lost) const {
  if (counts_.alike.empty()) return;
  const std::vector<OperatingPoint> points{point};
  LoadLosses loads(intent_, points);
  struct Drawn {
    const Epoch* epoch;
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
      const Draft::Part part{loads.alike(), static_cast<std::int32_t>(plan.rails[a]), energy.si()};
      drawn.push_back({&alike.epoch, part, cause});
    }
    drawn.push_back({&alike.epoch, loads.time_of(epoch), Cause::kBackground});
  }
  loads.settle();
  for (const Drawn& d : drawn) {
    loads.lost(d.part, [&](std::size_t rail, Energy energy) { lost(*d.epoch, d.cause, rail, energy); });
  }
}

Repriced Repricing::at(const OperatingPoint& point, double slower) const {
  const AccountPlan plan = plan_at(point);
  const std::vector<double> loss = losses_at(intent_, point);
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
  each_load_loss(point, slower, plan, [&](const Epoch&, Cause cause, std::size_t rail, Energy energy) {
    all.total += energy;
    if (is_standing(cause)) all.standing += energy;
    if (is_leakage(cause)) all.leakage += energy;
    if (intent_.voltage_domains[rail].regulator.on_chip) all.on_chip += energy;
  });
  if (all.total > Energy()) all.costliest_share = most / all.total;
  return all;
}

EnergyParts Repricing::parts(const OperatingPoint& point, double slower) const {
  const AccountPlan plan = plan_at(point);
  const std::vector<double> loss = losses_at(intent_, point);
  EnergyParts parts;
  parts.components.resize(record_.components.size() + 1);
  parts.rails.resize(loss.size());
  parts.standing.resize(loss.size());
  for (std::size_t a = 0; a < plan.accounts.size(); ++a) {
    const Account& account = plan.accounts[a];
    const Energy unit = account.unit_energy * account.scale * (is_standing(account.cause) ? slower : 1.0);
    const Energy energy = static_cast<double>(counts_.all[a]) * unit;
    const std::size_t rail = plan.rails[a];
    const std::size_t component =
        account.component < 0 ? record_.components.size() : static_cast<std::size_t>(account.component);
    parts.components[component][static_cast<std::size_t>(account.cause)] += energy;
    parts.rails[rail] += energy;
    if (is_standing(account.cause)) parts.standing[rail] += energy;
    parts.loss += energy * loss[rail];
    parts.total += energy + energy * loss[rail];
    parts.between += static_cast<double>(counts_.between_jobs[a]) * unit * (1.0 + loss[rail]);
  }
  each_load_loss(point, slower, plan, [&](const Epoch& epoch, Cause, std::size_t, Energy energy) {
    parts.loss += energy;
    parts.total += energy;
    if (is_between_jobs(epoch)) parts.between += energy;
  });
  parts.between_time = slower * between_time_;
  return parts;
}

}  // namespace subvolt::power
