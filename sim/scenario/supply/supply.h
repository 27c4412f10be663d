// Where the power comes from: a battery, or a capacitor that a harvester charges; and the regulators behind it.
#pragma once

#include <optional>
#include <string>

#include "sim/scenario/supply/battery.h"
#include "sim/scenario/supply/capacitor.h"
#include "sim/scenario/supply/converter.h"
#include "sim/scenario/value/varying.h"

namespace subvolt::scenario {

// A harvester as its converter sees it: a power, or a voltage behind a resistance straight at the capacitor.
struct HarvestSource {
  Varying<Power> power;
  std::optional<Voltage> voltage;
  std::optional<Resistance> resistance;
  std::string harvester;  // a document that has the power
  static const config::Schema<HarvestSource>& schema();
};

struct Harvest {
  HarvestSource source;
  double efficiency = 1.0;
  Current quiescent;
  std::optional<Voltage> quiescent_at;  // the capacitor's when absent
  static const config::Schema<Harvest>& schema();
};

struct Supply {
  config::Made<Battery> battery;
  std::optional<Capacitor> capacitor;
  std::optional<Voltage> voltage;  // an ideal source: mains
  std::optional<Harvest> harvest;
  config::NamedList<Converter> regulators;
  static const config::Schema<Supply>& schema();
};

// configs/harvesters: what it delivers under its condition.
struct Harvester {
  std::string title, condition;
  config::Sourced<Power> power;
  static const config::Schema<Harvester>& schema();
};

}  // namespace subvolt::scenario
