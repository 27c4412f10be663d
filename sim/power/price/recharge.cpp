#include "sim/power/price/recharge.h"

#include <algorithm>
#include <cmath>

#include "sim/power/price/voltage_law.h"
#include "sim/power/wording.h"
#include "sim/units/picoseconds.h"

namespace subvolt::power {
namespace {

constexpr const char* kWake = "wake";
constexpr const char* kArrayWake = "array_wake";

// What recharging `gates` and `bits` on one rail costs.
Account wake_account(const Site& site, const Technology& technology, const std::string& name, const VoltageDomain& rail,
                     std::int64_t gates, std::int64_t bits) {
  const Inventory& made_of = site.component->inventory;
  Account account = make_account(site, name, Cause::kTransition, rail.name);
  account.count_unit = "events";
  config::Quality quality = config::Quality::kMeasured;
  const auto add = [&](std::int64_t items, const char* noun, const config::Sourced<Energy>& each, DeviceKind kind) {
    if (items == 0) return;
    Account part;
    part.unit_energy = static_cast<double>(items) * each.value;
    part.formula = grouped(items) + " " + noun + " x " + brief(each.value);
    part.source = each.source;
    part.quality = each.quality;
    take_device(part, site, technology, kind);
    account.unit_energy += part.unit_energy;
    account.formula += (account.formula.empty() ? "" : " + ") + part.formula;
    account.source += part.source + ". ";
    quality = worse(quality, part.quality);
  };
  add(gates, "gates", technology.wake_energy_per_gate, DeviceKind::kLogic);
  add(bits, "bits", technology.wake_energy_per_sram_bit, DeviceKind::kSram);
  account.source += "Size: " + made_of.basis;
  account.quality = worse(quality, made_of.quality);
  const Voltage v = site.point->voltage(rail.name);
  const VoltageScale squared = voltage_scale({}, v, technology.reference_voltage);
  account.scale = squared.factor;
  account.scale_formula = squared.formula;
  return account;
}

bool bits_apart(const Site& site) { return site.array != site.supply && site.component->inventory.sram_bits > 0; }

// Of the charge on that rail, what RETENTION keeps, times what such parts lose at most.
struct Kept {
  double share = 0.0;  // of the whole
  double most = 0.0;   // of it: 1 - V_retention / V
};

double fall_to(const Device& device, Voltage v) { return std::max(0.0, 1.0 - device.retention_voltage.value / v); }

std::vector<Kept> kept_in_retention(const Site& site, const Technology& technology, const VoltageDomain& rail) {
  const Inventory& made_of = site.component->inventory;
  const std::int64_t gates = bits_apart(site) && &rail == site.array ? 0 : made_of.logic_gates;
  const std::int64_t bits = bits_apart(site) && &rail == site.supply ? 0 : made_of.sram_bits;
  const auto whole = [&](std::int64_t g, std::int64_t b) {
    return wake_account(site, technology, kWake, rail, g, b).unit_energy;
  };
  const Energy all = whole(gates, bits);
  const Voltage v = site.point->voltage(rail.name);
  std::vector<Kept> kept;
  if (!(all > Energy())) return kept;
  if (gates > 0) {
    kept.push_back({whole(retained_gates(made_of), 0) / all, fall_to(site.device(DeviceKind::kLogic, technology), v)});
  }
  if (bits > 0) kept.push_back({whole(0, bits) / all, fall_to(site.device(DeviceKind::kSram, technology), v)});
  return kept;
}

}  // namespace

std::vector<Account> wake_accounts(const Site& site, const Technology& technology) {
  const std::int64_t gates = site.component->inventory.logic_gates, bits = site.component->inventory.sram_bits;
  if (gates == 0 && bits == 0) return {};
  if (!bits_apart(site)) return {wake_account(site, technology, kWake, *site.supply, gates, bits)};
  std::vector<Account> accounts{wake_account(site, technology, kArrayWake, *site.array, 0, bits)};
  if (gates > 0) accounts.push_back(wake_account(site, technology, kWake, *site.supply, gates, 0));
  return accounts;
}

std::vector<CutRail> cut_rails(const std::vector<Site>& sites, const Technology& technology) {
  std::vector<CutRail> rails;
  const auto rail = [&](const Account& account) -> CutRail& {
    const auto found =
        std::find_if(rails.begin(), rails.end(), [&](const CutRail& r) { return r.supply == account.voltage_domain; });
    if (found != rails.end()) return *found;
    rails.push_back({account.voltage_domain, {}, {}});
    return rails.back();
  };
  for (const Site& site : sites) {
    for (const Account& whole : wake_accounts(site, technology)) {
      rail(whole).charge += whole.unit_energy * whole.scale;
    }
    for (const auto& [state, leak] : leakage_accounts(site, technology)) {
      if (state == PowerState::kOn) rail(leak).leakage += leak.unit_energy * leak.scale / kPicosecond;
    }
  }
  return rails;
}

Account after_sleep(Account whole, const Site& site, const Technology& technology, const CutRail& rail, PowerState from,
                    Time slept) {
  const double lost = -std::expm1(-(slept / rail.time_constant()));
  double share = lost;
  if (from == PowerState::kRetention) {
    const VoltageDomain& supply = rail.supply == site.array->name ? *site.array : *site.supply;
    for (const Kept& kept : kept_in_retention(site, technology, supply)) {
      share -= kept.share * (lost - std::min(lost, kept.most));
    }
    share = std::max(0.0, share);
  }
  whole.scale *= share;
  whole.scale_formula += " x " + shortest(std::round(share * 1e6) / 1e6) + ", lost of the charge in " +
                         to_text(slept, 3) + " of " + to_text(from) + " (time constant " +
                         to_text(rail.time_constant(), 3) + ")";
  return whole;
}

}  // namespace subvolt::power
