#include <algorithm>

#include "sim/power/ledger/ledger_order.h"
#include "sim/power/ledger/pricing.h"
#include "sim/power/ledger/supply_loss.h"

namespace subvolt::power {

Ledger Pricing::run(const Metered* metered) {
  take_all();
  Metered own = this->metered();
  const Metered& in_time = metered ? *metered : own;
  ledger_.trace = in_time.trace;
  ledger_.idle = in_time.idle;
  ledger_.idle_energy = in_time.idle_energy;
  ledger_.transitions = in_time.transitions;
  for (std::size_t a = 0; a < plan_.accounts.size(); ++a) settle(a);
  add_losses();
  add_load_losses();
  sort_accounts(ledger_);
  ledger_.rows = rows_of(ledger_.trace, intent_.trace_window);
  ledger_.peak = peak_power(ledger_.rows, intent_.trace_window);
  double estimated = 0.0, fitted = 0.0;
  for (const Account& account : ledger_.accounts) {
    ledger_.total += account.energy;
    if (account.quality == config::Quality::kEstimated) estimated += account.energy.si();
    if (account.quality == config::Quality::kFitted) fitted += account.energy.si();
  }
  if (ledger_.total > Energy()) {
    ledger_.estimated_share = std::min(1.0, estimated / ledger_.total.si());
    ledger_.fitted_share = std::min(1.0, fitted / ledger_.total.si());
  }
  if (intent_.idle_mode()) ledger_.idle_mode = idle_mode_;
  for (const ComponentDeclaration& c : record_.components) ledger_.covered.push_back(intent_.covers(c.name));
  return std::move(ledger_);
}

// Turns the counts of an account into its line and its postings; an account that never counted gets none.
void Pricing::settle(std::size_t a) {
  Account account = plan_.accounts[a];
  const auto index = static_cast<std::int32_t>(ledger_.accounts.size());
  for (std::size_t s = 0; s < slots_; ++s) {
    const std::int64_t n = counts_[a * slots_ + s];
    if (n == 0) continue;
    account.count += n;
    ledger_.postings.push_back({index, static_cast<std::int32_t>(s) - 1, n, priced(n, account)});
  }
  if (account.count == 0) return;
  account.energy = priced(account.count, account);
  ledger_.accounts.push_back(std::move(account));
  planned_.push_back(a);
}

// What the regulators lose on the way to their rails.
void Pricing::add_losses() {
  const std::size_t delivering = ledger_.accounts.size();
  const std::vector<Posting> delivered_postings = ledger_.postings;
  for (std::size_t p = 0; p < points_.size(); ++p) {
    std::vector<Delivered> delivered(intent_.voltage_domains.size() + 1, {Energy(), std::vector<Energy>(slots_)});
    const auto at_point = [&](std::size_t a) { return plan_.account_points[planned_[a]] == p; };
    for (std::size_t a = 0; a < delivering; ++a) {
      if (at_point(a)) delivered[plan_.rails[planned_[a]]].total += ledger_.accounts[a].energy;
    }
    for (const Posting& posting : delivered_postings) {
      const auto a = static_cast<std::size_t>(posting.account);
      if (!at_point(a)) continue;
      delivered[plan_.rails[planned_[a]]].by_slot[static_cast<std::size_t>(posting.task + 1)] += posting.energy;
    }
    for (std::size_t r = 0; r < intent_.voltage_domains.size(); ++r) add_loss(p, r, delivered[r]);
  }
}

void Pricing::add_loss(std::size_t p, std::size_t r, const Delivered& delivered) {
  const VoltageDomain& rail = intent_.voltage_domains[r];
  if (!(delivered.total > Energy()) || losses_[p][r] == 0.0) return;
  Account account = supply_loss(rail, points_[p], delivered.total);
  account.name += point_suffix(p);
  account.energy = priced(1, account);
  const auto index = static_cast<std::int32_t>(ledger_.accounts.size());
  ledger_.accounts.push_back(std::move(account));
  for (std::size_t s = 0; s < slots_; ++s) {
    if (!(delivered.by_slot[s] > Energy())) continue;
    ledger_.postings.push_back({index, static_cast<std::int32_t>(s) - 1, 0, delivered.by_slot[s] * losses_[p][r]});
  }
}

std::string Pricing::point_suffix(std::size_t p) const {
  return points_.size() > 1 ? "@" + record_.operating_points[p] : "";
}

void Pricing::add_load_losses() {
  if (!loads_.any()) return;
  settled_losses();
  for (const LoadLosses::Rail& rail : loads_.rails()) {
    const VoltageDomain& domain = intent_.voltage_domains[rail.rail];
    const OperatingPoint& point = points_[rail.point];
    const auto add = [&](Account account, std::int64_t count) {
      account.count = count;
      account.name += point_suffix(rail.point);
      account.energy = priced(account.count, account);
      ledger_.accounts.push_back(std::move(account));
      return static_cast<std::int32_t>(ledger_.accounts.size()) - 1;
    };
    if (rail.lost > Energy()) {
      const std::int32_t index = add(load_loss(domain, point, rail.delivered, rail.lost), 1);
      for (const auto& [slot, own] : rail.slots) {
        if (own.lost > Energy()) ledger_.postings.push_back({index, static_cast<std::int32_t>(slot) - 1, 0, own.lost});
      }
    }
    if (rail.standing > Power() && rail.time_ps > 0) {
      const std::int32_t index = add(standing_loss(domain, point, rail.standing), rail.time_ps);
      for (const auto& [slot, own] : rail.slots) {
        if (own.time_ps == 0) continue;
        const Energy energy = priced(own.time_ps, ledger_.accounts[static_cast<std::size_t>(index)]);
        ledger_.postings.push_back({index, static_cast<std::int32_t>(slot) - 1, own.time_ps, energy});
      }
    }
  }
}

}  // namespace subvolt::power
