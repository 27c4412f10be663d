// Unit energies with their sources. A technology has one; a memory device brings its own.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/schema.h"
#include "sim/config/sourced/fit.h"
#include "sim/config/sourced/quality.h"
#include "sim/power/price/datasheet_currents.h"
#include "sim/power/price/voltage_law.h"
#include "sim/units/quantity.h"

namespace subvolt::power {

// The dearest events are refreshes of all banks of a DRAM (some 0.1 uJ), a page of flash programmed (some 50 uJ with
// its time) and a sector erased (a few mJ): nothing that a chip or its memories do at once costs more than this.
inline constexpr Energy kDearestEvent = Energy::from_si(0.1);
// Of one device in one state: a hundred times the active power of a DRAM.
inline constexpr Power kHungriestState = Power::from_si(100.0);

// A price is an energy per event or, for time spent in a state, a power per picosecond of residency; per
// supply rail when the component has several. It may depend on sizes that the event declares:
//   factor = product over size_exponents of (attribute / reference_size)^exponent.
struct SizeDependence {
  std::string attribute;  // "capacity_B"
  double reference = 1.0;
  double exponent = 0.0;
  std::optional<double> largest;  // up to which the law holds
  static const config::Schema<SizeDependence>& schema();
};

// Which rail of a component's power domain feeds what one of its events costs.
enum class PriceRail {
  kSupply,
  kArray,  // the rail "array" where the domain connects one, else the supply
};

struct Price {
  std::optional<Energy> energy;           // per event, single rail
  std::optional<Power> power;             // per time, single rail
  config::NamedList<Energy> rail_energy;  // per event, several rails: {vdd1: 2 pJ, vdd2: 30 pJ}
  config::NamedList<Power> rail_power;    // per time, several rails
  std::vector<SizeDependence> sizes;
  std::optional<Voltage> voltage;  // reference; the book's when absent
  VoltageCurve over_voltage = {};  // none: V^2
  std::optional<PriceRail> rail;   // of energy or power; a technology settles those that are absent by their keys
  std::string source;
  config::Quality quality = config::Quality::kEstimated;
  std::optional<config::Fit> fit;     // of a fitted one
  std::optional<double> uncertainty;  // likewise: standard error, relative
  static const config::Schema<Price>& schema();
};

struct PriceBook {
  std::string name;                 // "lp28", "lpddr4_3200"
  std::string sha256;               // of the document
  std::string file;                 // for messages: "configs/technologies/lp28.yaml"
  config::SourceLocation location;  // of the prices; empty for a book made in code
  std::string path;                 // of the prices in the document: "technology.prices"
  config::NamedList<Price> prices;
  std::optional<DatasheetCurrents> currents;  // prices of dram.* that are not among `prices` follow from them
  const Price* find(const std::string& key) const;
  std::vector<std::string> keys() const;
  bool empty() const { return prices.empty() && !currents; }
};

// A memory device's file: how it behaves in time, which the memory models read, and what it costs. Without currents and
// prices it can be simulated for time; pricing refuses.
struct MemoryDescription {
  std::string title;
  std::string kind;  // which memory model reads `device`
  config::Node device;
  std::optional<DatasheetCurrents> currents;
  PriceBook prices;
  static const config::Schema<MemoryDescription>& schema();
};

// What one event costs at the reference point.
struct UnitEnergy {
  std::string rail;                          // "primary" or "vdd2"
  PriceRail of_domain = PriceRail::kSupply;  // of a primary one
  Energy energy;                             // per count (per picosecond for residency events)
  Voltage reference;                         // voltage at which it holds; zero: the rail's nominal voltage
  std::string formula;                       // "2.36 pJ x (65536/32768)^0.52"
  std::string source;
  config::Quality quality = config::Quality::kEstimated;
  bool per_time = false;           // a count is a picosecond in a state
  VoltageCurve over_voltage = {};  // none: V^2
  std::optional<config::FittedNumber> fitted = {};
};

}  // namespace subvolt::power

namespace subvolt::config {
template <>
struct EnumNames<power::PriceRail> {
  static const std::vector<std::pair<power::PriceRail, std::string>>& names();
};

// In a file, a book is the map of its prices.
template <>
struct FieldType<power::PriceBook> {
  static bool read(const Node& node, power::PriceBook& value, Diagnostics& d) {
    value.location = node.location();
    value.path = node.path();
    return FieldType<NamedList<power::Price>>::read(node, value.prices, d);
  }
  static TypeDoc doc() { return FieldType<NamedList<power::Price>>::doc(); }
  static std::string text(const power::PriceBook& value) {
    return FieldType<NamedList<power::Price>>::text(value.prices);
  }
};
}  // namespace subvolt::config
