// How numbers are worded in formulas that people read. Internal.
#pragma once

#include <cstdio>
#include <string>

#include "sim/power/technology/condition.h"
#include "sim/units/text.h"

namespace subvolt::power {

// Supply voltages in volts, as people write them: "0.5 V", not "500 mV".
inline std::string brief(Voltage v) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.9g V", v.si());
  return buffer;
}

// "0.5 V, 25 C"
inline std::string brief(const Condition& c) { return brief(c.voltage) + ", " + to_text(c.temperature); }

// A factor for reading, not for computing: "0.214".
inline std::string factor_text(double factor) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.4g", factor);
  return buffer;
}

}  // namespace subvolt::power
