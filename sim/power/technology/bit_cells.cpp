#include "sim/power/technology/bit_cells.h"

#include <algorithm>
#include <cmath>

#include "sim/power/price/price_lookup.h"
#include "sim/power/wording.h"

namespace subvolt::power {
namespace {

constexpr const char* kLeakage = "sram.bit_leakage";
constexpr const char* kOffLeakage = "sram.bit_off_leakage";
constexpr const char* kWake = "sram.bit_wake";
constexpr const char* kLevelShift = "sram.level_shift";
constexpr const char* kWideLevelShift = "sram.wide_level_shift";
// A cross-coupled pair still tips when its inputs lack so much of its supply: estimate, half of a threshold.
constexpr Voltage kWideShift = Voltage::from_si(0.2);
constexpr int kControlSignals = 2;  // enable and write

bool is_key_of(const std::string& price, const std::string& family) {
  return price == family || price.rfind(family + ".", 0) == 0;
}

std::string key(const std::string& family, const std::string& device) {
  return device == kSramDevice ? family : family + "." + device;
}

// "hp" of "sram.bit_leakage.hp".
std::string device_in(const std::string& price) {
  const std::size_t family = std::string(is_key_of(price, kLeakage) ? kLeakage : kOffLeakage).size();
  return price.size() > family ? price.substr(family + 1) : "";
}

Price per_bit(const std::string& source, config::Quality quality) {
  Price price;
  price.sizes = {{"bits", 1.0, 1.0, std::nullopt}};
  price.source = source;
  price.quality = quality;
  return price;
}

void add_leakage(const Technology& t, config::NamedList<Price>& book, const Device& device) {
  const std::string source = device.leakage_source(t.name);
  Price on = per_bit(source, device.leakage_quality());
  on.power = device.reference_leakage;
  book.emplace_back(key(kLeakage, device.name), on);
  const config::Sourced<double>& off = t.off_leakage_fraction;
  Price behind_switch =
      per_bit(source + ". Switch, x " + shortest(off.value) + ": " + off.source, worse(on.quality, off.quality));
  behind_switch.power = device.reference_leakage * off.value;
  book.emplace_back(key(kOffLeakage, device.name), behind_switch);
}

// Where the intent says which rail feeds the bits.
std::string place(const PowerIntent& intent, const PowerDomain& domain, bool own_rail) {
  const config::Node& node = own_rail
                                 ? config::node_at(intent.origin, {"power_domains", domain.name, "rails", kArrayRail})
                                 : config::node_at(intent.origin, {"power_domains", domain.name, "supply"});
  const std::string location = node.location().text();
  return location.empty() ? "" : location + ": " + node.path() + ": ";
}

}  // namespace

void settle_rails(Technology& t) {
  for (auto& [name, price] : t.prices.prices) {
    if (!price.rail) price.rail = is_key_of(name, "sram") ? PriceRail::kArray : PriceRail::kSupply;
  }
}

void derive_bit_prices(Technology& t) {
  config::NamedList<Price> book;
  for (const Device& device : t.devices) {
    if (device.kind == DeviceKind::kSram) add_leakage(t, book, device);
  }
  Price wake = per_bit(t.wake_energy_per_sram_bit.source, t.wake_energy_per_sram_bit.quality);
  wake.energy = t.wake_energy_per_sram_bit.value;
  book.emplace_back(kWake, wake);
  t.prices.prices.insert(t.prices.prices.begin(), book.begin(), book.end());
}

void check_bit_prices(const Technology& technology, const config::Node& prices, config::Diagnostics& diagnostics) {
  for (const auto& [name, price] : technology.prices.prices) {
    if (!is_bit_leakage(name) && name != kWake) continue;
    diagnostics.error(node_at(prices, {name}),
                      "this price follows from the technology's devices and wake_energy_per_sram_bit: change it there");
  }
}

bool is_bit_leakage(const std::string& price) { return is_key_of(price, kLeakage) || is_key_of(price, kOffLeakage); }

const VoltageDomain* array_rail(const PowerDomain& domain, const PowerIntent& intent) {
  for (const auto& [rail, supply] : domain.rails) {
    if (rail == kArrayRail) return intent.find_voltage_domain(supply);
  }
  return intent.find_voltage_domain(domain.supply);
}

const Device& bits_of(const EventDeclaration& event, const PowerDomain& domain, const Technology& technology) {
  const Device* named = technology.find_device(device_in(event.price));
  return named ? *named : technology.device(domain.devices.sram);
}

EventDeclaration of_domain(const EventDeclaration& event, const PowerDomain& domain) {
  EventDeclaration priced = event;
  if (is_bit_leakage(event.price) && device_in(event.price).empty()) {
    priced.price = key(event.price, domain.devices.sram);
  }
  return priced;
}

void scale_bit_leakage(Account& account, const EventDeclaration& event, const Site& site,
                       const Technology& technology) {
  const Device& device = bits_of(event, *site.domain, technology);
  Condition at = site.array_condition();
  if (event.cause == Cause::kRetention) at.voltage = std::min(at.voltage, device.retention_voltage.value);
  const bool off = is_key_of(event.price, kOffLeakage);
  account.scale = off ? device.leakage_scale_behind(technology.switch_shift(), at) : device.leakage_scale(at);
  account.scale_formula = device.leakage_scale_formula(at, technology.name);
}

bool is_wide_shift(Voltage supply, Voltage array) { return array - supply > kWideShift + Voltage::from_si(1e-9); }

MadeOf made_of(const ComponentDeclaration& component, const PowerIntent& intent, const Technology& technology) {
  const PowerDomain* domain = intent.find_power_domain(component.power_domain);
  MadeOf devices;
  if (!domain) return devices;
  if (component.inventory.logic_gates > 0) devices.logic = &technology.device(domain->devices.logic);
  if (component.inventory.sram_bits > 0) devices.sram = &technology.device(domain->devices.sram);
  for (const EventDeclaration& event : component.events) {
    if (is_bit_leakage(event.price)) devices.sram = &bits_of(event, *domain, technology);
  }
  return devices;
}

std::optional<EventDeclaration> level_shifts(const EventDeclaration& access, bool wide) {
  const bool read = is_key_of(access.price, "sram.read") || access.price == "sram.read_two_port";
  const bool write = is_key_of(access.price, "sram.write") || access.price == "sram.write_two_port";
  const double* capacity = access.attribute("capacity_B");
  const double* word = access.attribute("word_B");
  if ((!read && !write) || !capacity || !word) return std::nullopt;
  const double address = std::ceil(std::log2(std::max(1.0, *capacity / *word)));
  const double bits = kControlSignals + address + (write ? 8.0 * *word : 0.0);
  return EventDeclaration{access.name + "_level_shift",
                          wide ? kWideLevelShift : kLevelShift,
                          Cause::kSwitching,
                          "signals of one access",
                          {{"bits", bits}}};
}

bool has_bit_cells(const ComponentDeclaration& component) {
  return component.inventory.sram_bits > 0 ||
         std::any_of(component.events.begin(), component.events.end(),
                     [](const EventDeclaration& e) { return is_bit_leakage(e.price); });
}

bool corrects_errors(const ComponentDeclaration& component) {
  return std::any_of(component.events.begin(), component.events.end(), [](const EventDeclaration& e) {
    return is_bit_leakage(e.price) && e.attribute("correctable_bits");
  });
}

std::vector<std::string> bit_cell_faults(const std::vector<ComponentDeclaration>& components, const PowerIntent& intent,
                                         const Technology& technology, const OperatingPoint& point) {
  std::vector<std::string> faults;
  for (const ComponentDeclaration& component : components) {
    const PowerDomain* domain = intent.find_power_domain(component.power_domain);
    if (!domain || !has_bit_cells(component)) continue;  // without a domain: said by whoever prices
    const VoltageDomain* rail = array_rail(*domain, intent);
    if (!rail) continue;
    const bool own_rail = rail->name != domain->supply;
    const std::string where = place(intent, *domain, own_rail);
    if (rail->process == Process::kExternal) {
      faults.push_back(where + component.name + " has bit cells, but " + rail->name +
                       " is external: no technology says how they leak");
      continue;
    }
    const Device& cells = *made_of(component, intent, technology).sram;
    const config::Sourced<Voltage>& needed = cells.lowest_voltage(corrects_errors(component));
    const Voltage v = point.voltage(rail->name);
    if (own_rail && v < point.voltage(domain->supply)) {
      faults.push_back(where + "operating point \"" + point.name + "\": the array rail " + rail->name + ", " +
                       brief(v) + ", is below the supply " + domain->supply + ", " +
                       brief(point.voltage(domain->supply)) + ": level shifters go up into the array only");
    }
    const bool may_fail = intent.allow_bit_errors && cells.failure_sigma && v >= cells.retention_voltage.value;
    if (v < needed.value && !may_fail) {
      faults.push_back(where + "operating point \"" + point.name + "\": the bit cells of " + component.name + " get " +
                       brief(v) + " from " + rail->name + ", below the " + brief(needed.value) + " that " +
                       technology.name + " needs" + (cells.is_standard() ? "" : " for " + cells.name) +
                       (corrects_errors(component) ? " with error correction" : "") + " (" + needed.source + ")");
    }
    for (const EventDeclaration& event : component.events) {
      const auto shift = own_rail ? level_shifts(event, is_wide_shift(point.voltage(domain->supply), v)) : std::nullopt;
      const std::string why = shift ? why_unpriced(*shift, technology.prices, kSheetTemperature) : "";
      if (!why.empty()) faults.push_back(where + component.name + "." + shift->name + " " + why);
    }
  }
  return faults;
}

}  // namespace subvolt::power
