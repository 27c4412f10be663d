#include "sim/power/price/site.h"

#include <algorithm>

#include "sim/power/price/price_lookup.h"
#include "sim/power/wording.h"
#include "sim/units/picoseconds.h"

namespace subvolt::power {
namespace {

// Items of one device that leak alike.
struct Group {
  const char* label;  // in the account's name
  const char* noun;
  const Device* device = nullptr;
  std::int64_t items = 0;
  bool behind_switch = false;  // times off_leakage_fraction
  Condition condition;
};

Account leakage_account(const Site& site, const Technology& technology, PowerState state, const Group& group) {
  const Cause cause = state == PowerState::kRetention ? Cause::kRetention : Cause::kLeakage;
  const Device& device = *group.device;
  const VoltageDomain& rail = device.kind == DeviceKind::kSram ? *site.array : *site.supply;
  Account account = make_account(site, group.label, cause, rail.name, std::string(".") + to_text(state));
  account.count_unit = "ps";
  account.unit_energy = static_cast<double>(group.items) * device.reference_leakage * kPicosecond;
  account.formula = grouped(group.items) + " " + group.noun + " x " + to_text(device.reference_leakage, 6);
  account.source = device.leakage_source(technology.name) + ". Size: " + site.component->inventory.basis;
  account.quality = worse(device.leakage_quality(), site.component->inventory.quality);
  if (group.behind_switch) {
    account.unit_energy *= technology.off_leakage_fraction.value;
    account.formula += " x " + shortest(technology.off_leakage_fraction.value) + " behind the switch";
    account.source += ". Switch: " + technology.off_leakage_fraction.source;
    account.quality = worse(account.quality, technology.off_leakage_fraction.quality);
  }
  account.formula += " x 1 ps";
  account.scale = group.behind_switch ? device.leakage_scale_behind(technology.switch_shift(), group.condition)
                                      : device.leakage_scale(group.condition);
  account.scale_formula = device.leakage_scale_formula(group.condition, technology.name);
  if (group.behind_switch && technology.switch_threshold_shift) {
    account.scale_formula += ", behind switches " + brief(technology.switch_shift()) + " higher in threshold";
  }
  return account;
}

Condition retained(Condition at, const Device& device) {
  at.voltage = std::min(at.voltage, device.retention_voltage.value);
  return at;
}

std::vector<Group> leaking(const Site& site, const Technology& technology, PowerState state) {
  const Inventory& made_of = site.component->inventory;
  const Device& logic = site.device(DeviceKind::kLogic, technology);
  const Device& sram = site.device(DeviceKind::kSram, technology);
  const Condition supply = site.condition(), array = site.array_condition();
  if (state == PowerState::kRetention) {
    const std::int64_t kept = retained_gates(made_of);
    return {{"leakage", "gates", &logic, made_of.logic_gates - kept, true, supply},
            {"flip_flop_leakage", "gates of flip-flops", &logic, kept, false, retained(supply, logic)},
            {"bit_leakage", "bits", &sram, made_of.sram_bits, false, retained(array, sram)}};
  }
  const bool off = state == PowerState::kOff;
  return {{"leakage", "gates", &logic, made_of.logic_gates, off, supply},
          {"bit_leakage", "bits", &sram, made_of.sram_bits, off, array}};
}

}  // namespace

std::int64_t retained_gates(const Inventory& made_of) {
  // NAND2 equivalents of one D flip-flop. estimate: standard cell libraries lie between 4.5 (no reset) and 7 (scan,
  // reset).
  constexpr std::int64_t kGatesPerFlipFlop = 6;
  return std::min(made_of.logic_gates, made_of.flip_flops * kGatesPerFlipFlop);
}

Account make_account(const Site& site, const std::string& event, Cause cause, const std::string& voltage_domain,
                     const std::string& detail) {
  Account account;
  account.name = site.component->name + "." + event + detail + site.suffix;
  account.component = site.index;
  account.component_name = site.component->name;
  account.event = event;
  account.cause = cause;
  account.voltage_domain = voltage_domain;
  return account;
}

void take_device(Account& account, const Site& site, const Technology& technology, DeviceKind kind) {
  const Device& device = site.device(kind, technology);
  if (!device.relative_energy) return;
  const config::Sourced<double>& relative = *device.relative_energy;
  account.unit_energy *= relative.value;
  account.formula += " x " + shortest(relative.value) + " (" + device.name + ")";
  account.source += ". In " + device.name + ", x " + shortest(relative.value) + ": " + relative.source;
  account.quality = worse(account.quality, relative.quality);
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

}  // namespace subvolt::power
