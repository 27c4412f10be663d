// How numbers are worded in formulas that people read. Internal.
#pragma once

#include <cstdio>
#include <string>

#include "sim/units/text.h"

namespace subvolt::power {

// A factor for reading, not for computing: "0.214".
inline std::string factor_text(double factor) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.4g", factor);
  return buffer;
}

}  // namespace subvolt::power
