#include "sim/power/ledger/repricing.h"

#include "sim/power/intent/rail_faults.h"
#include "sim/power/ledger/supply_loss.h"
#include "sim/power/technology/bit_cells.h"
#include "sim/units/picoseconds.h"

namespace subvolt::power {
namespace {

bool is_leakage(Cause cause) { return cause == Cause::kLeakage || cause == Cause::kRetention; }
bool is_standing(Cause cause) { return is_leakage(cause) || cause == Cause::kBackground; }

std::vector<double> losses_at(const PowerIntent& intent, const OperatingPoint& point) {
  std::vector<double> losses;
  for (const VoltageDomain& rail : intent.voltage_domains) losses.push_back(loss_share(rail, point.voltage(rail.name)));
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
    energy += energy * loss[plan.rails[a]];
    all.total += energy;
    if (standing) all.standing += energy;
    if (is_leakage(account.cause)) all.leakage += energy;
  }
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
  parts.between_time = slower * between_time_;
  return parts;
}

}  // namespace subvolt::power
