#include "sim/power/site.h"

#include <algorithm>

#include "sim/power/picosecond.h"
#include "sim/power/price_lookup.h"
#include "sim/power/wording.h"

namespace subvolt::power {
namespace {

// NAND2 equivalents of one D flip-flop. estimate: standard cell libraries lie between 4.5 (no reset) and 7 (scan,
// reset).
constexpr std::int64_t kGatesPerFlipFlop = 6;

// Items of one process that leak alike.
struct Group {
  const char* label;  // in the account's name
  const char* noun;
  Process process = Process::kLogic;
  std::int64_t items = 0;
  bool behind_switch = false;  // times off_leakage_fraction
  Voltage voltage;
};

std::string leakage_source(const DeviceCurves& curves, const Technology& technology, Process process) {
  std::vector<std::string> sources;
  for (const CurvePoint& point : curves.leakage) {
    if (std::find(sources.begin(), sources.end(), point.source) == sources.end()) sources.push_back(point.source);
  }
  std::string text;
  for (const std::string& s : sources) text += (text.empty() ? "" : "; ") + s;
  return technology.name + " leakage points of " + config::FieldType<Process>::text(process) + ": " + text;
}

Quality leakage_quality(const DeviceCurves& curves) {
  Quality quality = Quality::kMeasured;
  for (const CurvePoint& point : curves.leakage) quality = worse(quality, point.quality);
  return curves.restated().empty() ? quality : Quality::kEstimated;
}

Account leakage_account(const Site& site, const Technology& technology, PowerState state, const Group& group) {
  const Cause cause = state == PowerState::kRetention ? Cause::kRetention : Cause::kLeakage;
  const VoltageDomain& rail = group.process == Process::kSram ? *site.array : *site.supply;
  Account account = make_account(site, std::string(group.label) + "." + to_text(state), cause, rail.name);
  const DeviceCurves& curves = technology.curves(group.process);
  const Power each =
      group.process == Process::kSram ? technology.leakage_per_sram_bit() : technology.leakage_per_gate();
  account.count_unit = "ps";
  account.unit_energy = static_cast<double>(group.items) * each * kPicosecond;
  account.formula = grouped(group.items) + " " + group.noun + " x " + to_text(each, 6);
  account.source = leakage_source(curves, technology, group.process) + ". Size: " + site.component->inventory.basis;
  account.quality = worse(leakage_quality(curves), site.component->inventory.quality);
  if (group.behind_switch) {
    account.unit_energy *= technology.off_leakage_fraction.value;
    account.formula += " x " + shortest(technology.off_leakage_fraction.value) + " behind the switch";
    account.source += ". Switch: " + technology.off_leakage_fraction.source;
    account.quality = worse(account.quality, technology.off_leakage_fraction.quality);
  }
  account.formula += " x 1 ps";
  account.scale = technology.leakage_scale(group.process, group.voltage, site.point->temperature);
  account.scale_formula = "leakage at " + brief(group.voltage) + ", " + to_text(site.point->temperature) +
                          " over that at " + brief(technology.reference_voltage) + ", " +
                          to_text(technology.reference_temperature) + ": transregional model of " + technology.name +
                          curves.restated();
  return account;
}

std::vector<Group> leaking(const Site& site, const Technology& technology, PowerState state) {
  const Inventory& made_of = site.component->inventory;
  const Voltage v = site.voltage(), array = site.array_voltage();
  if (state == PowerState::kRetention) {
    const std::int64_t kept = std::min(made_of.logic_gates, made_of.flip_flops * kGatesPerFlipFlop);
    const Voltage logic = std::min(v, technology.logic.retention_voltage.value);
    const Voltage sram = std::min(array, technology.sram.retention_voltage.value);
    return {{"leakage", "gates", Process::kLogic, made_of.logic_gates - kept, true, v},
            {"flip_flop_leakage", "gates of flip-flops", Process::kLogic, kept, false, logic},
            {"bit_leakage", "bits", Process::kSram, made_of.sram_bits, false, sram}};
  }
  const bool off = state == PowerState::kOff;
  return {{"leakage", "gates", Process::kLogic, made_of.logic_gates, off, v},
          {"bit_leakage", "bits", Process::kSram, made_of.sram_bits, off, array}};
}

}  // namespace

Account make_account(const Site& site, const std::string& name, Cause cause, const std::string& voltage_domain) {
  Account account;
  account.name = site.component->name + "." + name + site.suffix;
  account.component = site.index;
  account.component_name = site.component->name;
  account.cause = cause;
  account.voltage_domain = voltage_domain;
  return account;
}

std::vector<std::pair<PowerState, Account>> leakage_accounts(const Site& site, const Technology& technology) {
  const Inventory& made_of = site.component->inventory;
  if (made_of.logic_gates == 0 && made_of.sram_bits == 0) return {};
  if (site.supply->process == Process::kExternal) {
    throw Error(
        ErrorKind::kConfiguration,
        site.component->name + " has gates or bits, but its supply " + site.supply->name +
            " is external: no technology says how it leaks; put it into a power domain on a logic or sram rail");
  }
  std::vector<std::pair<PowerState, Account>> accounts;
  for (int s = 0; s < kPowerStates; ++s) {
    const auto state = static_cast<PowerState>(s);
    for (const Group& group : leaking(site, technology, state)) {
      if (group.items > 0) accounts.emplace_back(state, leakage_account(site, technology, state, group));
    }
  }
  return accounts;
}

namespace {

// What recharging `gates` and `bits` on one rail costs.
Account wake_account(const Site& site, const Technology& technology, const std::string& name, const VoltageDomain& rail,
                     std::int64_t gates, std::int64_t bits) {
  const Inventory& made_of = site.component->inventory;
  const Sourced<Energy>& per_gate = technology.wake_energy_per_gate;
  const Sourced<Energy>& per_bit = technology.wake_energy_per_sram_bit;
  Account account = make_account(site, name, Cause::kTransition, rail.name);
  account.count_unit = "events";
  account.unit_energy = static_cast<double>(gates) * per_gate.value + static_cast<double>(bits) * per_bit.value;
  Quality quality = Quality::kMeasured;
  const auto add = [&](std::int64_t items, const char* noun, const Sourced<Energy>& each) {
    if (items == 0) return;
    account.formula += (account.formula.empty() ? "" : " + ") + grouped(items) + " " + noun + " x " + brief(each.value);
    account.source += each.source + ". ";
    quality = worse(quality, each.quality);
  };
  add(gates, "gates", per_gate);
  add(bits, "bits", per_bit);
  account.source += "Size: " + made_of.basis;
  account.quality = worse(quality, made_of.quality);
  const Voltage v = site.point->voltage(rail.name);
  account.scale = Technology::switching_scale(v, technology.reference_voltage);
  account.scale_formula = squared_ratio(v, technology.reference_voltage);
  return account;
}

}  // namespace

std::vector<Account> wake_accounts(const Site& site, const Technology& technology) {
  const std::int64_t gates = site.component->inventory.logic_gates, bits = site.component->inventory.sram_bits;
  if (gates == 0 && bits == 0) return {};
  if (site.array == site.supply || bits == 0) {
    return {wake_account(site, technology, "wake", *site.supply, gates, bits)};
  }
  std::vector<Account> accounts{wake_account(site, technology, "array_wake", *site.array, 0, bits)};
  if (gates > 0) accounts.push_back(wake_account(site, technology, "wake", *site.supply, gates, 0));
  return accounts;
}

}  // namespace subvolt::power
