// A cell as measurements and data sheets have it: configs/batteries.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/config/schema.h"
#include "sim/config/sourced/sourced.h"
#include "sim/scenario/value/draw.h"

namespace subvolt::scenario {

// While so much has been delivered.
struct DischargeRow {
  Charge delivered;
  Voltage rest;
  Resistance resistance;
  static const config::Schema<DischargeRow>& schema();
};
struct Discharge {
  Temperature temperature = Temperature::from_celsius(20.0);
  std::vector<DischargeRow> rows;  // in the order of charge; the last one is where the measurement ended
  std::string source;
  config::Quality quality = config::Quality::kMeasured;
  static const config::Schema<Discharge>& schema();
};

struct Cell {
  std::string title, chemistry;
  std::optional<config::Sourced<Charge>> capacity;
  std::optional<config::Sourced<Voltage>> voltage, cutoff;
  std::optional<config::Sourced<Resistance>> resistance;
  std::optional<FractionPerTime> self_discharge;
  std::string self_discharge_source;
  std::optional<config::Sourced<Current>> largest_current, largest_pulse;
  std::vector<Discharge> discharge;  // by temperature, rising
  static const config::Schema<Cell>& schema();
};

// Reads the document that the key `cell` of `node` names, if it is there. Throws Error(kConfiguration), located.
void take_cell(const std::string& name, Cell& cell, const config::Node& node);

}  // namespace subvolt::scenario
