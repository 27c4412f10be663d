#include "sim/power/technology/bit_cells.h"

#include <algorithm>
#include <cmath>

#include "sim/power/price/price_lookup.h"
#include "sim/power/rules.h"
#include "sim/power/wording.h"
#include "sim/units/constants.h"

namespace subvolt::power {
namespace {

constexpr const char* kLeakage = "sram.bit_leakage";
constexpr const char* kOffLeakage = "sram.bit_off_leakage";
constexpr const char* kWake = "sram.bit_wake";
constexpr const char* kLevelShift = "sram.level_shift";
constexpr int kControlSignals = 2;  // enable and write

bool is_key_of(const std::string& price, const std::string& family) {
  return price == family || price.rfind(family + ".", 0) == 0;
}

std::string key(const std::string& family, const std::string& cell) {
  return cell.empty() ? family : family + "." + cell;
}

// "hp" of "sram.bit_leakage.hp".
std::string cell_of(const std::string& price) {
  const std::size_t family = std::string(is_key_of(price, kLeakage) ? kLeakage : kOffLeakage).size();
  return price.size() > family ? price.substr(family + 1) : "";
}

Price per_bit(const std::string& source, Quality quality) {
  Price price;
  price.sizes = {{"bits", 1.0, 1.0, std::nullopt}};
  price.source = source;
  price.quality = quality;
  return price;
}

void add_leakage(const Technology& t, config::NamedList<Price>& book, const std::string& cell, Power leakage,
                 const std::string& source, Quality quality) {
  Price on = per_bit(source, quality);
  on.power = leakage;
  book.emplace_back(key(kLeakage, cell), on);
  const Sourced<double>& off = t.off_leakage_fraction;
  Price behind_switch =
      per_bit(source + ". Switch, x " + shortest(off.value) + ": " + off.source, std::max(quality, off.quality));
  behind_switch.power = leakage * off.value;
  book.emplace_back(key(kOffLeakage, cell), behind_switch);
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

void derive_bit_cells(Technology& t) {
  std::string source = t.name + " leakage points of sram: ";
  Quality quality = Quality::kMeasured;
  for (const CurvePoint& point : t.sram.leakage) {
    source += (&point == &t.sram.leakage.front() ? "" : "; ") + point.source;
    quality = std::max(quality, point.quality);
  }
  if (!t.sram.restated().empty()) quality = Quality::kEstimated;
  config::NamedList<Price> book;
  add_leakage(t, book, "", t.sram_leakage, source, quality);
  for (const auto& [name, point] : t.sram_cells) {
    const double from_reference = t.sram_model.leakage_power_ratio(point.voltage, t.reference_temperature,
                                                                   t.reference_voltage, t.reference_temperature);
    BitCell cell;
    cell.name = name;
    cell.leakage = *point.power / from_reference;
    TransregionalParameters p = t.sram_model.parameters();
    const Voltage decade_e = p.slope_factor * constants::thermal_voltage(t.reference_temperature);
    p.threshold -= decade_e * std::log(cell.leakage / t.sram_leakage);
    cell.model = TransregionalModel(p);
    add_leakage(t, book, name, cell.leakage, t.name + " sram_cells." + name + ": " + point.source, point.quality);
    t.bit_cells.push_back(std::move(cell));
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
                      "this price follows from the technology's sram, sram_cells and wake_energy_per_sram_bit: change "
                      "it there");
  }
}

bool is_bit_leakage(const std::string& price) { return is_key_of(price, kLeakage) || is_key_of(price, kOffLeakage); }

const VoltageDomain* array_rail(const PowerDomain& domain, const PowerIntent& intent) {
  for (const auto& [rail, supply] : domain.rails) {
    if (rail == kArrayRail) return intent.find_voltage_domain(supply);
  }
  return intent.find_voltage_domain(domain.supply);
}

void scale_bit_leakage(Account& account, const EventDeclaration& event, const Site& site,
                       const Technology& technology) {
  const std::string cell = cell_of(event.price);
  Voltage v = site.array_voltage();
  if (event.cause == Cause::kRetention) v = std::min(v, technology.sram.retention_voltage.value);
  account.scale = technology.cell_leakage_scale(cell, v, site.point->temperature);
  account.scale_formula = "leakage at " + brief(v) + ", " + to_text(site.point->temperature) + " over that at " +
                          brief(technology.reference_voltage) + ", " + to_text(technology.reference_temperature) +
                          ": transregional model of " + technology.name + (cell.empty() ? "" : ", " + cell + " cells") +
                          technology.sram.restated();
}

std::optional<EventDeclaration> level_shifts(const EventDeclaration& access) {
  const bool read = is_key_of(access.price, "sram.read") || access.price == "sram.read_two_port";
  const bool write = is_key_of(access.price, "sram.write") || access.price == "sram.write_two_port";
  const double* capacity = access.attribute("capacity_B");
  const double* word = access.attribute("word_B");
  if ((!read && !write) || !capacity || !word) return std::nullopt;
  const double address = std::ceil(std::log2(std::max(1.0, *capacity / *word)));
  const double bits = kControlSignals + address + (write ? 8.0 * *word : 0.0);
  return EventDeclaration{
      access.name + "_level_shift", kLevelShift, Cause::kSwitching, "signals of one access", {{"bits", bits}}};
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
    const Sourced<Voltage>& needed = technology.minimum_sram_voltage(corrects_errors(component));
    const Voltage v = point.voltage(rail->name);
    if (own_rail && v < point.voltage(domain->supply)) {
      faults.push_back(where + "operating point \"" + point.name + "\": the array rail " + rail->name + ", " +
                       brief(v) + ", is below the supply " + domain->supply + ", " +
                       brief(point.voltage(domain->supply)) + ": level shifters go up into the array only");
    }
    if (v < needed.value) {
      faults.push_back(where + "operating point \"" + point.name + "\": the bit cells of " + component.name + " get " +
                       brief(v) + " from " + rail->name + ", below the " + brief(needed.value) + " that " +
                       technology.name + " needs" + (corrects_errors(component) ? " with error correction" : "") +
                       " (" + needed.source + ")");
    }
    for (const EventDeclaration& event : component.events) {
      const auto shift = own_rail ? level_shifts(event) : std::nullopt;
      const std::string why = shift ? why_unpriced(*shift, technology.prices, kSheetTemperature) : "";
      if (!why.empty()) faults.push_back(where + component.name + "." + shift->name + " " + why);
    }
  }
  return faults;
}

}  // namespace subvolt::power
