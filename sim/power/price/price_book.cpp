#include "sim/power/price/price_book.h"

#include "sim/config/library.h"
#include "sim/config/sourced/sourcing.h"
#include "sim/power/price/current_prices.h"
#include "sim/power/technology/technology.h"

namespace subvolt::power {
namespace {

// Supplies from deep below the threshold to twice those of 5 V parts.
constexpr Voltage kLowestReference = Voltage::from_si(0.05), kHighestReference = Voltage::from_si(10.0);
template <class Q>
void check_at_most(Q value, Q most, const config::Node& node, config::Diagnostics& d) {
  if (value > most) d.error(node, "expected at most " + brief(most) + ", got " + node.describe());
}

template <class Q>
void check_rails(const config::NamedList<Q>& rails, Q most, const config::Node& node, config::Diagnostics& d) {
  for (const auto& [rail, value] : rails) check_at_most(value, most, node_at(node, {rail}), d);
}

void check_price(const Price& price, const config::Node& node, config::Diagnostics& d) {
  const int given = (price.energy ? 1 : 0) + (price.power ? 1 : 0) + (price.rail_energy.empty() ? 0 : 1) +
                    (price.rail_power.empty() ? 0 : 1);
  if (given != 1) {
    d.error(last_said(node, {"energy", "power", "rail_energy", "rail_power"}),
            "expected exactly one of energy, power, rail_energy and rail_power, got " +
                (given == 0 ? std::string("none") : std::to_string(given)));
  }
  if (price.rail && !price.energy && !price.power && given == 1) {
    d.error(node_at(node, {"rail"}), "goes with energy or power: rail_energy and rail_power name rails themselves");
  }
  check_rails(price.rail_energy, kDearestEvent, node_at(node, {"rail_energy"}), d);
  check_rails(price.rail_power, kHungriestState, node_at(node, {"rail_power"}), d);
  if (const config::Node* curve = node.find("over_voltage")) check_curve(price.over_voltage, *curve, d);
  require_source(price.source, node, d);
  require_fit(price.quality, price.fit, price.uncertainty, node, d);
}

void check_size(const SizeDependence& size, const config::Node& node, config::Diagnostics& d) {
  if (size.largest && *size.largest < size.reference) {
    d.error(node_at(node, {"largest"}), "expected at least the reference, " + shortest(size.reference));
  }
}

}  // namespace

const config::Schema<SizeDependence>& SizeDependence::schema() {
  static const auto s =
      config::Schema<SizeDependence>("size_dependence",
                                     "A power law: the price holds at the reference size and is multiplied by "
                                     "(attribute / reference)^exponent.")
          .required("attribute", &SizeDependence::attribute,
                    "Size that the event declares, such as capacity_B of one SRAM bank or word_B of one access.")
          .required("reference", &SizeDependence::reference, "Size at which the price holds.",
                    config::between(1e-3, 1e12))
          .required("exponent", &SizeDependence::exponent, "Exponent of the power law; 0 means no dependence.",
                    config::between(-4.0, 4.0))
          .optional("largest", &SizeDependence::largest,
                    "Size up to which the power law was checked; what is larger has no price. No bound when absent.",
                    config::between(1e-3, 1e12))
          .check(check_size);
  return s;
}

const config::Schema<Price>& Price::schema() {
  static const auto s =
      config::Schema<Price>("price",
                            "What one event costs, or one state per time: exactly one of energy, power, rail_energy "
                            "and rail_power.")
          .optional("energy", &Price::energy, "Energy per event, from the component's own supply.",
                    config::between(Energy(), kDearestEvent))
          .optional("power", &Price::power, "Power while in a state, from the component's own supply.",
                    config::between(Power(), kHungriestState))
          .optional("rail_energy", &Price::rail_energy, "Energy per event by supply rail of the device.")
          .optional("rail_power", &Price::rail_power, "Power while in a state by supply rail of the device.")
          .optional("sizes", &Price::sizes, "How the price depends on the component's sizes.")
          .optional("voltage", &Price::voltage,
                    "Voltage at which the price holds; the technology's reference voltage, or a memory rail's nominal "
                    "voltage, when absent.",
                    config::between(kLowestReference, kHighestReference))
          .optional("over_voltage", &Price::over_voltage,
                    "A measured curve: factors on the price by the voltage of its rail, linear between the points and "
                    "unknown beyond them. Default: the square of the voltage.")
          .optional("rail", &Price::rail,
                    "Rail of the component's power domain that feeds it: array is the one of bit cells where the "
                    "domain connects one; array when absent for sram.*, else supply.")
          .required("source", &Price::source, "Where the number comes from: paper, data sheet, method of estimate.")
          .optional("quality", &Price::quality, "How far to trust it; the result shows the share of estimates.")
          .optional("fit", &Price::fit, "Of a fitted price: the rows, and how well they are met.")
          .optional("uncertainty", &Price::uncertainty, "Of a fitted price: its standard error, relative.",
                    config::between(0.0, 10.0))
          .check(check_price)
          .settle([](Price& price, const config::Node& node) { settle_source(price.source, price.quality, node); });
  return s;
}

const config::Schema<MemoryDescription>& MemoryDescription::schema() {
  static const auto s =
      config::Schema<MemoryDescription>("memory", "A memory device: timing and organisation, and what its use costs.")
          .optional("title", &MemoryDescription::title, "One line for people.")
          .required("kind", &MemoryDescription::kind, "Which memory model reads the device, such as dram.")
          .optional("device", &MemoryDescription::device, "Organisation and timing, read by the memory model.")
          .optional("currents", &MemoryDescription::currents,
                    "Supply currents of the data sheet, from which prices follow.")
          .optional("prices", &MemoryDescription::prices,
                    "Energies and powers by key, such as dram.activate; before what follows from the currents.");
  return s;
}

const Price* PriceBook::find(const std::string& key) const {
  for (const auto& [name, price] : prices) {
    if (name == key) return &price;
  }
  return nullptr;
}

std::vector<std::string> PriceBook::keys() const {
  std::vector<std::string> out;
  for (const auto& [name, price] : prices) out.push_back(name);
  if (!currents) return out;
  for (const std::string& key : keys_priced_by_currents()) {
    if (!find(key)) out.push_back(key);
  }
  return out;
}

PriceBook make_price_book(const config::Document& document) {
  MemoryDescription memory = MemoryDescription::schema().read(document.section);
  PriceBook book = std::move(memory.prices);
  book.currents = std::move(memory.currents);
  if (book.prices.empty()) {
    book.location = document.section.location();
    book.path = document.section.path() + ".prices";
  }
  book.name = config::display_name(document.file);
  book.sha256 = document.sha256;
  book.file = config::display_path(document.file);
  return book;
}

PriceBook read_price_book(const std::string& name_or_path, const std::vector<config::Override>& overrides) {
  return make_price_book(config::load(config::find("memory", name_or_path), "memory", overrides));
}

}  // namespace subvolt::power

namespace subvolt::config {

const std::vector<std::pair<power::PriceRail, std::string>>& EnumNames<power::PriceRail>::names() {
  using power::PriceRail;
  static const std::vector<std::pair<PriceRail, std::string>> names{{PriceRail::kSupply, "supply"},
                                                                    {PriceRail::kArray, "array"}};
  return names;
}

}  // namespace subvolt::config
