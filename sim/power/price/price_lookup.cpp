#include "sim/power/price/price_lookup.h"

#include <algorithm>
#include <cmath>

#include "sim/power/price/current_prices.h"
#include "sim/power/wording.h"
#include "sim/units/picoseconds.h"

namespace subvolt::power {
namespace {

// Below every limit of a table: before operating points are known, it is enough that the table has a row.
constexpr Temperature kAnyTemperature = Temperature::from_kelvin(0.0);

std::string refusal(const PriceBook& book) {
  return book.file + " has neither currents nor prices: it can be simulated for time only";
}

struct SizeFactor {
  double factor = 1.0;
  std::string formula;  // " x (65536/32768)^0.52"
};
SizeFactor size_factor(const EventDeclaration& event, const Price& price) {
  SizeFactor out;
  for (const SizeDependence& size : price.sizes) {
    const double ratio = *event.attribute(size.attribute) / size.reference;
    out.factor *= std::pow(ratio, size.exponent);
    out.formula += " x (" + shortest(*event.attribute(size.attribute)) + "/" + shortest(size.reference) + ")^" +
                   shortest(size.exponent);
  }
  return out;
}

// The dearest rail as a part of what an event or a state can cost.
double dearest(const Price& price) {
  double most = 0.0;
  const auto energy = [&](Energy e) { most = std::max(most, e / kDearestEvent); };
  const auto power = [&](Power p) { most = std::max(most, p / kHungriestState); };
  if (price.energy) energy(*price.energy);
  if (price.power) power(*price.power);
  for (const auto& [rail, e] : price.rail_energy) energy(e);
  for (const auto& [rail, p] : price.rail_power) power(p);
  return most;
}

// A state of a device, counted in picoseconds.
bool is_state(const EventDeclaration& event) { return event.cause == Cause::kBackground; }

std::string free_state(const EventDeclaration& event, const PriceBook& book) {
  return "wants price " + event.price + ", which in " + book.file +
         " is zero: whatever has supply draws something, state the smallest figure of the data sheet";
}

std::string missing_price(const EventDeclaration& event, const PriceBook& book) {
  std::string text = "wants price " + event.price + ", which " + book.file + " does not have" +
                     config::did_you_mean(event.price, book.keys());
  if (book.path.empty()) return text;
  return text + ": write " + event.price + " into " + book.path +
         ", with `source` and `energy`, or `power` where a count is a picosecond, of: " + event.meaning;
}

class UnitEnergies {
 public:
  UnitEnergies(const EventDeclaration& event, const Price& price, Voltage book_reference)
      : price_(price), reference_(price.voltage.value_or(book_reference)), size_(size_factor(event, price)) {}

  void add(const std::string& rail, Energy energy) { add(rail, energy, brief(energy), false); }
  void add(const std::string& rail, Power power) { add(rail, power * kPicosecond, brief(power) + " x 1 ps", true); }
  std::vector<UnitEnergy> take() { return std::move(out_); }

 private:
  void add(const std::string& rail, Energy energy, const std::string& formula, bool per_time) {
    std::optional<config::FittedNumber> fitted;
    if (price_.quality == config::Quality::kFitted) fitted = config::FittedNumber{*price_.uncertainty, *price_.fit};
    out_.push_back({rail, price_.rail.value_or(PriceRail::kSupply), energy * size_.factor, reference_,
                    formula + size_.formula, price_.source, price_.quality, per_time, price_.over_voltage,
                    std::move(fitted)});
  }
  const Price& price_;
  Voltage reference_;
  SizeFactor size_;
  std::vector<UnitEnergy> out_;
};

}  // namespace

BookUse book_of(const ComponentDeclaration& component, const PriceSources& sources) {
  if (component.price_book.empty()) return {&sources.technology->prices, sources.technology->reference_voltage};
  for (const PriceBook& book : sources.device_books) {
    if (book.name == component.price_book) return {&book, Voltage()};
  }
  throw Error(ErrorKind::kConfiguration, component.name + " wants the price book of memory device " +
                                             component.price_book + ", which was not read");
}

EventDeclaration clock_pin_event() { return {"clock_tree", kClockPinPrice, Cause::kClockTree, "one clock edge", {}}; }

std::string why_unpriced(const EventDeclaration& event, const PriceBook& book, Temperature temperature) {
  const Price* price = book.find(event.price);
  if (!price && book.currents && priced_by_currents(event.price)) {
    const std::string missing = missing_current(event, *book.currents, book.file, temperature);
    if (!missing.empty()) return "wants " + missing;
    const auto units = unit_energies_from_currents(event, *book.currents, temperature);
    const bool nothing =
        std::all_of(units.begin(), units.end(), [](const UnitEnergy& u) { return u.energy == Energy(); });
    return nothing && is_state(event) ? free_state(event, book) : "";
  }
  if (!price && book.empty()) return "wants price " + event.price + ", but " + refusal(book);
  if (!price) return missing_price(event, book);
  for (const SizeDependence& size : price->sizes) {
    const double* attribute = event.attribute(size.attribute);
    if (attribute && size.largest && *attribute > *size.largest) {
      return "wants price " + event.price + ", which in " + book.file + " holds for a " + size.attribute +
             " of at most " + shortest(*size.largest) + ", and has " + shortest(*attribute) +
             ": use more or smaller banks";
    }
    if (attribute && *attribute > 0.0) continue;
    return "wants price " + event.price + ", which in " + book.file + " depends on the size " + size.attribute +
           ", and does not tell that size";
  }
  if (dearest(*price) == 0.0 && is_state(event)) return free_state(event, book);
  const double factor = size_factor(event, *price).factor;
  if (!(dearest(*price) * factor <= 1.0)) {
    return "wants price " + event.price + ", which in " + book.file + " grows with its sizes to " +
           shortest(dearest(*price) * factor) + " times what anything can cost (" + brief(kDearestEvent) +
           " per event, " + brief(kHungriestState) + " per state)";
  }
  return "";
}

std::string unpriced(const ComponentDeclaration& component, const EventDeclaration& event, const PriceBook& book,
                     Temperature temperature) {
  const std::string why = why_unpriced(event, book, temperature), place = book.location.text();
  return why.empty() ? "" : (place.empty() ? "" : place + ": ") + component.name + "." + event.name + " " + why;
}

const char* count_unit(const UnitEnergy& unit) { return unit.per_time ? "ps" : "events"; }

std::vector<UnitEnergy> unit_energies(const EventDeclaration& event, const PriceBook& book, Voltage book_reference,
                                      Temperature temperature) {
  const std::string why = why_unpriced(event, book, temperature);
  if (!why.empty()) throw Error(ErrorKind::kConfiguration, event.name + " " + why);
  if (!book.find(event.price)) return unit_energies_from_currents(event, *book.currents, temperature);
  const Price& price = *book.find(event.price);
  UnitEnergies out(event, price, book_reference);
  if (price.energy) out.add("primary", *price.energy);
  if (price.power) out.add("primary", *price.power);
  for (const auto& [rail, energy] : price.rail_energy) out.add(rail, energy);
  for (const auto& [rail, power] : price.rail_power) out.add(rail, power);
  return out.take();
}

PriceSources price_sources(const std::vector<ComponentDeclaration>& components, const Technology& technology,
                           const std::vector<config::Override>& overrides) {
  PriceSources sources;
  sources.technology = &technology;
  for (const ComponentDeclaration& component : components) {
    const std::string& name = component.price_book;
    const bool read = std::any_of(sources.device_books.begin(), sources.device_books.end(),
                                  [&](const PriceBook& book) { return book.name == name; });
    if (name.empty() || read) continue;
    PriceBook book = read_price_book(name, overrides);
    book.name = name;  // as components call it, which may be a path
    sources.device_books.push_back(std::move(book));
  }
  return sources;
}

std::vector<std::string> missing_prices(const std::vector<ComponentDeclaration>& components,
                                        const PriceSources& sources) {
  std::vector<std::string> missing;
  const auto check = [&](const ComponentDeclaration& component, const EventDeclaration& event, const PriceBook& book) {
    const std::string text = unpriced(component, event, book, kAnyTemperature);
    if (!text.empty()) missing.push_back(text);
  };
  for (const ComponentDeclaration& component : components) {
    const PriceBook& own = *book_of(component, sources).book;
    if (!component.price_book.empty() && own.empty()) {  // once, not for each event
      missing.push_back(own.location.text() + ": " + component.name + " cannot be priced: " + refusal(own));
      continue;
    }
    for (const EventDeclaration& event : component.events) {
      if (!event.price.empty()) check(component, event, *book_of(component, sources).book);
    }
    if (component.inventory.flip_flops > 0) check(component, clock_pin_event(), sources.technology->prices);
  }
  return missing;
}

}  // namespace subvolt::power
