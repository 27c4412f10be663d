// How numbers are worded in formulas that people read. Internal.
#pragma once

#include <cstdio>
#include <string>

#include "sim/units/text.h"

namespace subvolt::power {

// to_text with digits to spare but no trailing zeros: "2.36 pJ", "0.5 V".
template <class Q>
std::string brief(Q q) {
  std::string text = to_text(q, 9);
  const auto blank = text.find(' ');
  const auto point = text.find('.');
  if (point == std::string::npos || blank == std::string::npos || point > blank) return text;
  auto last = text.find_last_not_of('0', blank - 1);
  if (last == point) --last;
  return text.erase(last + 1, blank - last - 1);
}

// A factor for reading, not for computing: "0.214".
inline std::string factor_text(double factor) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.4g", factor);
  return buffer;
}

}  // namespace subvolt::power
