// Text <-> quantity: "0.46 V", "5 MHz", "128 KiB", "85 C".
//
// Reading is strict: a number, optional blanks, one unit symbol with at most one SI prefix. A bare
// number is refused. Beside the SI's, times have min, h, d, week and year (365.25 d), frequencies "/h" and the like,
// charges Ah and energies Wh. Writing picks the engineering prefix (a ... T) and `digits` significant digits.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "sim/units/counts.h"
#include "sim/units/quantity.h"
#include "sim/units/temperature.h"

namespace subvolt {

// Why a text is no quantity, in words for the person who wrote it: "expected a voltage such as ...".
struct TextError {
  std::string message;
};

template <class Q>
using Parsed = std::variant<Q, TextError>;

// What a reader says of a unit-bearing type: {"voltage", "V", "0.8 V"}.
struct UnitInfo {
  std::string_view dimension;
  std::string_view symbol;
  std::string_view example;
};

// Voltage, Current, Charge, Power, Energy, Time, Frequency, Capacitance, Resistance, Temperature, Bytes, Cycles
template <class Q>
UnitInfo unit_info();

// What is read as such a quantity, as a regular expression (ECMA 262).
std::string quantity_pattern(const UnitInfo& unit);

template <class Q>
Parsed<Q> parse_quantity(std::string_view text);  // the same types

// "0.46 V", "12.3 uJ"; `digits` are significant digits.
template <class Q>
std::string to_text(Q q, int digits = 4);

// "0.4600 V" -> "0.46 V".
std::string without_zeros(std::string text);
// The same with digits to spare but no trailing zeros: "0.46 V", for bounds, defaults and formulas.
template <class Q>
std::string brief(Q q) {
  return without_zeros(to_text(q, 9));
}

// "a voltage", "an energy".
std::string with_article(std::string_view noun);

// Shortest text that reads back to the same double, with '.' as decimal point in any locale.
std::string shortest(double value);

// 1234567 -> "1,234,567".
std::string grouped(std::int64_t value);

}  // namespace subvolt
