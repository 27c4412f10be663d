#include "sim/power/ledger/account_plan.h"

#include <algorithm>

#include "sim/power/intent/point_change.h"
#include "sim/power/intent/rail_faults.h"
#include "sim/power/ledger/fitted_accounts.h"
#include "sim/power/ledger/wake_plan.h"
#include "sim/power/price/price_lookup.h"
#include "sim/power/price/recharge.h"
#include "sim/power/technology/bit_cells.h"
#include "sim/power/wording.h"
#include "sim/units/picoseconds.h"

namespace subvolt::power {
namespace {

class Planner {
 public:
  Planner(const ActivityRecord& record, const PowerIntent& intent, const std::vector<OperatingPoint>& points,
          const PriceSources& sources)
      : record_(record), intent_(intent), points_(points), sources_(sources) {}

  AccountPlan run() {
    for (std::size_t p = 0; p < points_.size(); ++p) {
      PointAccounts accounts;
      for (std::size_t c = 0; c < record_.components.size(); ++c) {
        const Site site = site_of(record_, intent_, points_, c, p);
        if (intent_.covers(site.component->name)) {
          plan_covered(site, p, accounts);
        } else {
          plan_component(site, accounts);
        }
      }
      if (intent_.fitted && intent_.fitted->above_idle) accounts.always.push_back(add_measured(idle_account(p)));
      plan_.points.push_back(std::move(accounts));
    }
    for (const Epoch& epoch : record_.epochs) {
      for (const Epoch::PointChange& change : epoch.point_changes) plan_change(change.from, change.to);
    }
    WakePlan(record_, intent_, points_, sources_).add(record_.epochs.data(), record_.epochs.size(), plan_);
    return std::move(plan_);
  }

 private:
  void plan_component(const Site& site, PointAccounts& at) {
    const Technology& technology = *sources_.technology;
    for (const EventDeclaration& event : site.component->events) {
      at.events.emplace_back();
      if (!event.price.empty()) plan_event(site, event, at.events.back());
    }
    at.clock.emplace_back();
    if (site.component->inventory.flip_flops > 0) at.clock.back().push_back(add(clock_account(site)));
    at.states.emplace_back();
    for (auto& [state, account] : leakage_accounts(site, technology)) {
      at.states.back()[static_cast<std::size_t>(state)].push_back(add(std::move(account)));
    }
    // What makes a domain's bias is booked with the first of its components, and never off.
    const bool first = std::none_of(record_.components.begin(), record_.components.begin() + site.index,
                                    [&](const auto& c) { return c.power_domain == site.component->power_domain; });
    const bool driven = site.domain->body_bias != Voltage() && technology.body_bias;
    if (first && (driven || site.point->bias(*site.domain) != Voltage())) {
      const AccountIndex bias = add(bias_account(site, *technology.body_bias));
      for (auto& accounts : at.states.back()) accounts.push_back(bias);
    }
    at.wake.emplace_back();
    for (Account& wake : wake_accounts(site, technology)) at.wake.back().push_back(add(std::move(wake)));
  }

  // Its events and cycles cost what the chip's own terms say; they have all else in them.
  void plan_covered(const Site& site, std::size_t p, PointAccounts& at) {
    for (const EventDeclaration& event : site.component->events) {
      at.events.emplace_back();
      for (Account& account : fitted_accounts(site, p, event, intent_, record_)) {
        at.events.back().push_back(add_measured(std::move(account)));
      }
    }
    at.clock.emplace_back();
    at.states.emplace_back();
    at.wake.emplace_back();
  }

  Account idle_account(std::size_t p) const {
    const ChipMode& idle = *intent_.idle_mode();
    const Voltage v = points_[p].voltage(intent_.chip_modes->rail);
    const Power power = PowersByVoltage::power(idle.powers, v), first = idle.powers.front().power;
    Account account;
    account.name = std::string(kIdleMode) + (points_.size() > 1 ? "@" + record_.operating_points[p] : "");
    account.component_name = kIdleMode;
    account.event = kIdleMode;
    account.cause = Cause::kBackground;
    account.voltage_domain = intent_.chip_modes->rail;
    account.count_unit = "ps";
    account.unit_energy = first * kPicosecond;
    account.formula = brief(first) + " x 1 ps";
    account.scale = power / first;
    account.scale_formula = "at " + brief(v) + " over that at " + brief(idle.powers.front().voltage);
    account.source = idle.source;
    account.quality = idle.quality;
    return account;
  }

  // A price for several rails gives an account for each.
  void plan_event(const Site& site, const EventDeclaration& declared, std::vector<AccountIndex>& out) {
    const EventDeclaration event = of_domain(declared, *site.domain);
    const BookUse use = book_of(*site.component, sources_);
    const Temperature temperature = sources_.temperature_of_parts(*site.point);
    const std::string why = unpriced(*site.component, event, *use.book, temperature);
    if (!why.empty()) throw_configuration(why);
    for (const UnitEnergy& unit : unit_energies(event, *use.book, use.reference, temperature)) {
      const VoltageDomain& rail = rail_of(site, event, unit, *use.book);
      const bool primary = unit.rail == "primary";
      Account account = make_account(site, event.name, event.cause, rail.name, primary ? "" : "." + unit.rail);
      account.count_unit = count_unit(unit);
      account.unit_energy = unit.energy;
      account.formula = unit.formula;
      account.source = unit.source;
      account.quality = unit.quality;
      const Voltage reference = unit.reference > Voltage() ? unit.reference : rail.voltage;
      scale(account, unit, site.point->voltage(rail.name), reference);
      if (is_bit_leakage(event.price)) {
        scale_bit_leakage(account, event, site, *sources_.technology);
      } else if (use.book == &sources_.technology->prices) {
        take_device(account, site, *sources_.technology,
                    unit.of_domain == PriceRail::kArray ? DeviceKind::kSram : DeviceKind::kLogic);
      }
      out.push_back(add(std::move(account)));
    }
    if (site.array != site.supply) plan_level_shifters(site, event, out);
  }

  // Between a logic rail and the array rail above it: UPF inserts them, so do we.
  void plan_level_shifters(const Site& site, const EventDeclaration& event, std::vector<AccountIndex>& out) {
    const auto shift = level_shifts(event, is_wide_shift(site.voltage(), site.array_voltage()));
    if (!shift) return;
    const Technology& technology = *sources_.technology;
    const std::string why = unpriced(*site.component, *shift, technology.prices, site.point->temperature);
    if (!why.empty()) throw_configuration(why);
    for (const UnitEnergy& unit : unit_energies(*shift, technology.prices, technology.reference_voltage)) {
      Account account = make_account(site, shift->name, shift->cause, site.array->name);
      account.count_unit = count_unit(unit);
      account.unit_energy = unit.energy;
      account.formula = unit.formula;
      account.source = unit.source;
      account.quality = unit.quality;
      scale(account, unit, site.array_voltage(), unit.reference);
      out.push_back(add(std::move(account)));
    }
  }

  static void scale(Account& account, const UnitEnergy& unit, Voltage v, Voltage reference) {
    const VoltageScale over_voltage = voltage_scale(unit.over_voltage, v, reference);
    account.scale = over_voltage.factor;
    account.scale_formula = over_voltage.formula;
  }

  const VoltageDomain& rail_of(const Site& site, const EventDeclaration& event, const UnitEnergy& unit,
                               const PriceBook& book) const {
    if (unit.rail == "primary") return unit.of_domain == PriceRail::kArray ? *site.array : *site.supply;
    for (const auto& [rail, supply] : site.domain->rails) {
      if (rail != unit.rail) continue;
      if (const VoltageDomain* found = intent_.find_voltage_domain(supply)) return *found;
      throw_configuration("power domain " + site.domain->name + ": there is no voltage domain " + supply);
    }
    throw_configuration(unconnected_rail(*site.component, event, unit, *site.domain, intent_, book));
  }

  Account clock_account(const Site& site) const {
    const Inventory& made_of = site.component->inventory;
    const EventDeclaration event = clock_pin_event();
    const Technology& technology = *sources_.technology;
    const std::string why = unpriced(*site.component, event, technology.prices, site.point->temperature);
    if (!why.empty()) throw_configuration(why);
    const auto units = unit_energies(event, technology.prices, technology.reference_voltage);
    const Price& price = *technology.prices.find(event.price);
    if (units.size() != 1 || !price.energy) {
      throw_configuration("price " + event.price + " of " + technology.prices.file + ": expected one energy per event");
    }
    const UnitEnergy& pin = units.front();
    Account account = make_account(site, event.name, Cause::kClockTree, site.supply->name);
    account.count_unit = "cycles";
    account.unit_energy = static_cast<double>(made_of.flip_flops) * pin.energy;
    account.formula = grouped(made_of.flip_flops) + " flip-flops x " + pin.formula;
    account.source = pin.source + ". Size: " + made_of.basis;
    account.quality = worse(pin.quality, made_of.quality);
    take_device(account, site, technology, DeviceKind::kLogic);
    scale(account, pin, site.voltage(), pin.reference);
    return account;
  }

  static Account bias_account(const Site& site, const BodyBias& bias) {
    Account account = make_account(site, "body_bias", Cause::kBackground, site.supply->name);
    account.count_unit = "ps";
    account.unit_energy = bias.generator.value * kPicosecond;
    account.formula = brief(bias.generator.value) + " x 1 ps";
    account.scale_formula = "1, at " + brief(site.point->bias(*site.domain)) + " of bias";
    account.source = bias.generator.source;
    account.quality = bias.generator.quality;
    return account;
  }

  void plan_change(std::int32_t from, std::int32_t to) {
    const auto [at, fresh] = plan_.changes.try_emplace({from, to});
    if (!fresh) return;
    const OperatingPoint& before = points_[static_cast<std::size_t>(from)];
    const OperatingPoint& after = points_[static_cast<std::size_t>(to)];
    for (const VoltageDomain& rail : intent_.voltage_domains) {
      const Voltage v1 = before.voltage(rail.name), v2 = after.voltage(rail.name);
      const Energy energy = change_energy(rail.transition, v1, v2);
      if (!(energy > Energy())) continue;
      Account account;
      account.name = rail.name + ".transition@" + record_.operating_points[static_cast<std::size_t>(from)] + ">" +
                     record_.operating_points[static_cast<std::size_t>(to)];
      account.component_name = rail.name;
      account.event = "transition";
      account.cause = Cause::kTransition;
      account.voltage_domain = rail.name;
      account.count_unit = "changes";
      account.unit_energy = energy;
      account.formula = rail.transition.energy ? "as stated"
                                               : brief(rail.transition.capacitance) + " x ((" + brief(v2) + ")^2 - (" +
                                                     brief(v1) + ")^2) / 2";
      account.scale_formula = "1, at the voltages of the change";
      account.source = rail.transition.source;
      account.quality = rail.transition.quality;
      at->second.push_back(add(std::move(account), static_cast<std::size_t>(to)));
    }
  }

  AccountIndex add(Account account) { return add(std::move(account), plan_.points.size()); }

  AccountIndex add_measured(Account account) {
    return plan_.add(std::move(account), plan_.points.size(), intent_.voltage_domains.size());
  }

  AccountIndex add(Account account, std::size_t point) {
    std::size_t rail = 0;
    while (intent_.voltage_domains[rail].name != account.voltage_domain) ++rail;
    return plan_.add(std::move(account), point, rail);
  }

  const ActivityRecord& record_;
  const PowerIntent& intent_;
  const std::vector<OperatingPoint>& points_;
  const PriceSources& sources_;
  AccountPlan plan_;
};

}  // namespace

Site site_of(const ActivityRecord& record, const PowerIntent& intent, const std::vector<OperatingPoint>& points,
             std::size_t component, std::size_t point) {
  Site site;
  site.component = &record.components[component];
  site.index = static_cast<std::int32_t>(component);
  site.domain = intent.find_power_domain(site.component->power_domain);
  if (!site.domain) {
    throw_configuration("power intent " + intent.name + " has no power domain \"" + site.component->power_domain +
                        "\", in which the record has " + site.component->name);
  }
  site.supply = intent.find_voltage_domain(site.domain->supply);
  if (!site.supply)
    throw_configuration("power domain " + site.domain->name + ": there is no voltage domain " + site.domain->supply);
  site.array = array_rail(*site.domain, intent);
  site.point = &points[point];
  if (points.size() > 1) site.suffix = "@" + record.operating_points[point];
  return site;
}

void PlannedCounts::add_time(std::int32_t which, const Epoch& epoch) {
  const auto at = static_cast<std::size_t>(which);
  if (at == alike.size()) {
    alike.emplace_back();
    Epoch& common = alike.back().epoch;
    common.task = epoch.task;
    common.operating_point = epoch.operating_point;
    common.settling_from = epoch.settling_from;
    common.states = epoch.states;
  }
  alike[at].epoch.end += epoch.end - epoch.begin;
}

AccountPlan make_account_plan(const ActivityRecord& record, const PowerIntent& intent,
                              const std::vector<OperatingPoint>& points, const PriceSources& sources) {
  return Planner(record, intent, points, sources).run();
}

}  // namespace subvolt::power
