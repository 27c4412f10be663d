// How heat leaves a chip: one to three stages in a row, each a thermal resistance with the time that it takes to follow
// (a Foster network, the form of JESD51-14's structure functions before they are turned into Cauer's). With power P the
// junction settles at ambient + P x (sum of resistances); after a step each stage approaches its part as
// 1 - exp(-t / time_constant).
#pragma once

#include <string>
#include <vector>

#include "sim/config/schema.h"
#include "sim/config/sourced/sourced.h"
#include "sim/units/temperature.h"

namespace subvolt::power {

struct ThermalStage {
  std::string name;  // "die", "board"
  config::Sourced<double> resistance_K_per_W;
  config::Sourced<Time> time_constant;
  static const config::Schema<ThermalStage>& schema();
};

struct Package {
  std::string name;
  std::string title;
  std::vector<ThermalStage> stages;  // from the junction outwards
  Temperature highest = Temperature::from_celsius(125.0);
  config::SourceLocation location;
  static const config::Schema<Package>& schema();
  double resistance_K_per_W() const;  // junction to ambient
};

// configs/packages/NAME.yaml, or a file. Throws Error(kConfiguration), located.
Package read_package(const std::string& name_or_path);

}  // namespace subvolt::power
