// Physical constants (CODATA 2018, exact since the 2019 SI).
#pragma once

#include "sim/units/quantity.h"
#include "sim/units/temperature.h"

namespace subvolt::constants {

inline constexpr double kBoltzmann_J_per_K = 1.380649e-23;
inline constexpr double kElementaryCharge_C = 1.602176634e-19;

// Thermal voltage kT/q.
constexpr Voltage thermal_voltage(Temperature t) {
  return Voltage::from_si(kBoltzmann_J_per_K * t.kelvin() / kElementaryCharge_C);
}

}  // namespace subvolt::constants
