#include <algorithm>
#include <map>
#include <numeric>

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
  std::map<std::size_t, std::vector<std::size_t>> lines;  // by their first account
  std::map<std::string, std::size_t> wakes;
  const auto first_of = [&](std::size_t a) {
    return plan_.accounts[a].cause == Cause::kTransition ? wakes.try_emplace(plan_.accounts[a].name, a).first->second
                                                         : a;
  };
  for (std::size_t a = 0; a < plan_.accounts.size(); ++a) lines[first_of(a)].push_back(a);
  for (const auto& [first, line] : lines) settle(line);
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

// Turns the counts of an account into its line and its postings; an account that never counted gets none. Of several
// of one name, which differ in scale alone, one line.
void Pricing::settle(const std::vector<std::size_t>& line) {
  std::vector<std::size_t> counted;
  std::vector<std::int64_t> counts;
  for (const std::size_t a : line) {
    const auto begin = counts_.begin() + static_cast<std::ptrdiff_t>(a * slots_);
    const std::int64_t n = std::accumulate(begin, begin + static_cast<std::ptrdiff_t>(slots_), std::int64_t{0});
    if (n == 0) continue;
    counted.push_back(a);
    counts.push_back(n);
  }
  if (counted.empty()) return;
  const auto index = static_cast<std::int32_t>(ledger_.accounts.size());
  for (std::size_t s = 0; s < slots_; ++s) {
    std::int64_t n = 0;
    Energy energy;
    for (const std::size_t a : counted) {
      n += counts_[a * slots_ + s];
      energy += priced(counts_[a * slots_ + s], plan_.accounts[a]);
    }
    if (n != 0) ledger_.postings.push_back({index, static_cast<std::int32_t>(s) - 1, n, energy});
  }
  Account account = plan_.accounts[counted.front()];
  for (std::size_t i = 0; i < counted.size(); ++i) {
    account.count += counts[i];
    account.energy += priced(counts[i], plan_.accounts[counted[i]]);
  }
  if (counted.size() > 1) {
    account.scale = account.energy / (static_cast<double>(account.count) * account.unit_energy);
    account.scale_formula = "mean over sleeps of " + std::to_string(counted.size()) + " lengths, from " +
                            account.scale_formula + " to " + plan_.accounts[counted.back()].scale_formula;
  }
  ledger_.accounts.push_back(std::move(account));
  planned_.push_back(counted.front());
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
    if (rail.standing > Power() && rail.time > Picoseconds()) {
      const std::int32_t index = add(standing_loss(domain, point, rail.standing), rail.time.value());
      for (const auto& [slot, own] : rail.slots) {
        if (own.time == Picoseconds()) continue;
        const Energy energy = priced(own.time.value(), ledger_.accounts[static_cast<std::size_t>(index)]);
        ledger_.postings.push_back({index, static_cast<std::int32_t>(slot) - 1, own.time.value(), energy});
      }
    }
  }
}

}  // namespace subvolt::power
