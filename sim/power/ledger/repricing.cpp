#include "sim/power/ledger/repricing.h"

#include "sim/power/intent/rail_faults.h"
#include "sim/power/ledger/account_plan.h"
#include "sim/power/ledger/supply_loss.h"
#include "sim/power/technology/bit_cells.h"

namespace subvolt::power {
namespace {

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
  if (plan.accounts.size() != counts_.size()) {
    throw Error(ErrorKind::kInternal, "conditions of one record with different accounts");
  }
  std::vector<double> loss;
  for (const VoltageDomain& rail : intent_.voltage_domains) {
    loss.push_back(loss_share(rail, point.voltage(rail.name)));
  }
  Repriced all;
  Energy most;
  for (std::size_t a = 0; a < plan.accounts.size(); ++a) {
    const Account& account = plan.accounts[a];
    Energy energy = static_cast<double>(counts_[a]) * account.unit_energy * account.scale;
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

}  // namespace subvolt::power
