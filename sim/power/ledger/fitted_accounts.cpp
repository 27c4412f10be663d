#include "sim/power/ledger/fitted_accounts.h"

#include "sim/power/price/price_lookup.h"
#include "sim/power/price/voltage_law.h"
#include "sim/power/wording.h"

namespace subvolt::power {
namespace {

Frequency clock_of(const Site& site, std::size_t point, const ActivityRecord& record) {
  for (const auto& [name, frequencies] : record.clock_domains) {
    if (name == site.component->clock_domain)
      return Frequency::from_si(static_cast<double>(frequencies[point].value()));
  }
  throw_configuration(site.component->name + " has no clock whose cycles could be counted");
}

std::string times(double weight) { return weight == 1.0 ? "" : shortest(weight) + " x "; }

void price_energy(Account& account, const FittedTerm& term, double weight, Voltage v) {
  account.unit_energy = weight * *term.energy;
  account.formula = times(weight) + brief(*term.energy);
  const VoltageScale squared = voltage_scale({}, v, *term.voltage);
  account.scale = squared.factor;
  account.scale_formula = squared.formula;
}

void price_power(Account& account, const FittedTerm& term, double weight, Voltage v, Frequency clock) {
  const PowerAt& first = term.powers.front();
  account.unit_energy = weight * (first.power / clock);
  account.formula = times(weight) + brief(first.power) + " / " + brief(clock);
  account.scale = PowersByVoltage::power(term.powers, v) / first.power;
  account.scale_formula =
      "at " + brief(v) + " over that at " + brief(first.voltage) + " (" + PowersByVoltage::text(term.powers) + ")";
}

}  // namespace

std::vector<Account> fitted_accounts(const Site& site, std::size_t point, const EventDeclaration& event,
                                     const PowerIntent& intent, const ActivityRecord& record) {
  std::vector<Account> accounts;
  const std::string name = site.component->name + "." + event.name;
  const Voltage v = site.point->voltage(intent.fitted->rail);
  const ChipPhase* phase = intent.fitted->phase_of(name);
  for (const FittedTerm& term : intent.fitted->terms) {
    if (!term.holds_at(site.point->base)) continue;
    for (const auto& [priced, weight] : term.events) {
      if (priced != name) continue;
      Account account = make_account(site, event.name, term.cause, intent.fitted->rail, "." + term.name);
      account.count_unit = term.energy ? "events" : "cycles";
      if (term.energy) {
        price_energy(account, term, weight, v);
      } else {
        price_power(account, term, weight, v, clock_of(site, point, record));
      }
      account.source = term.source;
      account.quality = term.quality;
      if (term.quality == config::Quality::kFitted) account.fitted = config::FittedNumber{*term.uncertainty, *term.fit};
      if (phase) account.phase = phase->name;
      accounts.push_back(std::move(account));
    }
  }
  return accounts;
}

}  // namespace subvolt::power
