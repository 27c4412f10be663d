#include "sim/units/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>
#include <utility>

namespace subvolt {
namespace {

struct Prefix {
  std::string_view symbol;
  int exponent;  // of ten
};
constexpr std::array<Prefix, 12> kPrefixes{{{"a", -18},
                                            {"f", -15},
                                            {"p", -12},
                                            {"n", -9},
                                            {"u", -6},
                                            {"\xC2\xB5", -6},
                                            {"m", -3},
                                            {"", 0},
                                            {"k", 3},
                                            {"M", 6},
                                            {"G", 9},
                                            {"T", 12}}};

constexpr std::array<std::pair<std::string_view, std::int64_t>, 7> kSizes{{{"B", 1},
                                                                           {"kB", 1000},
                                                                           {"MB", 1000000},
                                                                           {"GB", 1000000000},
                                                                           {"KiB", 1024},
                                                                           {"MiB", 1024 * 1024},
                                                                           {"GiB", 1024 * 1024 * 1024}}};

// Units beside the SI's, by the symbol of the unit that they stand for. A year is the Julian one of astronomers and
// engineers, 365.25 d (IAU, Style Manual 1989).
struct OtherUnit {
  std::string_view si, symbol;
  double factor;
  bool prefixed;  // takes an SI prefix
};
constexpr std::array<OtherUnit, 13> kOtherUnits{{{"s", "min", 60.0, false},
                                                 {"s", "h", 3600.0, false},
                                                 {"s", "d", 86400.0, false},
                                                 {"s", "week", 604800.0, false},
                                                 {"s", "year", 31557600.0, false},
                                                 {"Hz", "/s", 1.0, false},
                                                 {"Hz", "/min", 1.0 / 60.0, false},
                                                 {"Hz", "/h", 1.0 / 3600.0, false},
                                                 {"Hz", "/d", 1.0 / 86400.0, false},
                                                 {"Hz", "/week", 1.0 / 604800.0, false},
                                                 {"Hz", "/year", 1.0 / 31557600.0, false},
                                                 {"C", "Ah", 3600.0, true},
                                                 {"J", "Wh", 3600.0, true}}};

std::string_view trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
  return s;
}

// Splits "0.46 V" into number and unit symbol; no number -> nullopt. `digits_end` marks the number's text.
struct Split {
  double number;
  std::string_view digits;
  std::string_view symbol;
};
std::optional<Split> split(std::string_view text) {
  text = trim(text);
  std::string_view body = text;
  if (!body.empty() && body.front() == '+') body.remove_prefix(1);
  double number = 0.0;
  const auto [end, error] = std::from_chars(body.data(), body.data() + body.size(), number);
  if (error != std::errc() || !std::isfinite(number)) return std::nullopt;
  const auto used = static_cast<std::size_t>(end - body.data());
  return Split{number, body.substr(0, used), trim(body.substr(used))};
}

// Decimal text times a power of ten, rounded once: "0.1" with -12 is exactly the double nearest 1e-13.
double scaled(std::string_view digits, int exponent, double number) {
  if (exponent == 0 || digits.find_first_of("eE") != std::string_view::npos) return number * std::pow(10.0, exponent);
  const std::string joined = std::string(digits) + "e" + std::to_string(exponent);
  double value = 0.0;
  std::from_chars(joined.data(), joined.data() + joined.size(), value);
  return value;
}

TextError expected(const UnitInfo& info, std::string_view text) {
  return {"expected " + with_article(info.dimension) + " such as \"" + std::string(info.example) + "\", got \"" +
          std::string(trim(text)) + "\""};
}

TextError bare_number(const UnitInfo& info, std::string_view text) {
  return {"a bare number where a unit is due: expected a " + std::string(info.dimension) + " such as \"" +
          std::string(info.example) + "\", got \"" + std::string(trim(text)) + "\""};
}

Parsed<double> parse_si(std::string_view text, const UnitInfo& info) {
  const auto parts = split(text);
  if (!parts) return expected(info, text);
  if (parts->symbol.empty()) return bare_number(info, text);
  for (const Prefix& p : kPrefixes) {
    if (parts->symbol.size() == p.symbol.size() + info.symbol.size() &&
        parts->symbol.substr(0, p.symbol.size()) == p.symbol && parts->symbol.substr(p.symbol.size()) == info.symbol) {
      return scaled(parts->digits, p.exponent, parts->number);
    }
  }
  for (const OtherUnit& other : kOtherUnits) {
    if (other.si != info.symbol) continue;
    for (const Prefix& p : kPrefixes) {
      if (!p.symbol.empty() && !other.prefixed) continue;
      if (parts->symbol == std::string(p.symbol) + std::string(other.symbol)) {
        return scaled(parts->digits, p.exponent, parts->number) * other.factor;
      }
    }
  }
  return expected(info, text);
}

std::string engineering(double si, std::string_view symbol, int digits) {
  if (si == 0.0) return "0 " + std::string(symbol);
  if (!std::isfinite(si)) return (std::isnan(si) ? "nan " : "inf ") + std::string(symbol);
  // Rounding to `digits` may carry into the next prefix (999.96 -> 1.000 k), so decide on the rounded value.
  char rounded[64];
  std::snprintf(rounded, sizeof rounded, "%.*e", digits - 1, si);
  int exponent = 0;
  const std::string_view view(rounded);
  const auto e = view.find('e');
  std::from_chars(view.data() + e + (view[e + 1] == '+' ? 2 : 1), view.data() + view.size(), exponent);
  int group = static_cast<int>(std::floor(exponent / 3.0)) * 3;
  if (group < -18) group = -18;
  if (group > 12) group = 12;
  std::string_view prefix;
  for (const Prefix& p : kPrefixes) {
    if (p.exponent == group) {
      prefix = p.symbol;
      break;
    }
  }
  const int decimals = digits - 1 - (exponent - group);
  char out[64];
  std::snprintf(out, sizeof out, "%.*f", decimals > 0 ? decimals : 0, si / std::pow(10.0, group));
  return std::string(out) + " " + std::string(prefix) + std::string(symbol);
}

}  // namespace

#define SUBVOLT_UNIT(TYPE, DIMENSION, SYMBOL, EXAMPLE)                \
  template <>                                                         \
  UnitInfo unit_info<TYPE>() {                                        \
    return {DIMENSION, SYMBOL, EXAMPLE};                              \
  }                                                                   \
  template <>                                                         \
  Parsed<TYPE> parse_quantity<TYPE>(std::string_view text) {          \
    auto parsed = parse_si(text, unit_info<TYPE>());                  \
    if (auto* error = std::get_if<TextError>(&parsed)) return *error; \
    return TYPE::from_si(std::get<double>(parsed));                   \
  }                                                                   \
  template <>                                                         \
  std::string to_text<TYPE>(TYPE q, int digits) {                     \
    return engineering(q.si(), unit_info<TYPE>().symbol, digits);     \
  }

SUBVOLT_UNIT(Voltage, "voltage", "V", "0.8 V")
SUBVOLT_UNIT(Current, "current", "A", "45 mA")
SUBVOLT_UNIT(Charge, "charge", "C", "225 mAh")
SUBVOLT_UNIT(Power, "power", "W", "1.5 mW")
SUBVOLT_UNIT(Energy, "energy", "J", "0.2 pJ")
SUBVOLT_UNIT(Time, "time", "s", "10 us")
SUBVOLT_UNIT(Frequency, "frequency", "Hz", "100 MHz")
SUBVOLT_UNIT(Capacitance, "capacitance", "F", "2 fF")
SUBVOLT_UNIT(Resistance, "resistance", "ohm", "120 mohm")
#undef SUBVOLT_UNIT

template <>
UnitInfo unit_info<Temperature>() {
  return {"temperature", "C", "25 C"};
}
template <>
Parsed<Temperature> parse_quantity<Temperature>(std::string_view text) {
  const auto parts = split(text);
  const UnitInfo info = unit_info<Temperature>();
  if (!parts) return expected(info, text);
  if (parts->symbol.empty()) return bare_number(info, text);
  if (parts->symbol == "K") return Temperature::from_kelvin(parts->number);
  if (parts->symbol == "C" || parts->symbol ==
                                  "\xC2\xB0"
                                  "C")
    return Temperature::from_celsius(parts->number);
  return expected(info, text);
}
template <>
std::string to_text<Temperature>(Temperature t, int digits) {
  char out[64];
  std::snprintf(out, sizeof out, "%.*g C", digits, t.celsius());
  return out;
}

template <>
UnitInfo unit_info<Bytes>() {
  return {"size", "B", "128 KiB"};
}
template <>
Parsed<Bytes> parse_quantity<Bytes>(std::string_view text) {
  const auto parts = split(text);
  const UnitInfo info = unit_info<Bytes>();
  if (!parts) return expected(info, text);
  if (parts->symbol.empty()) return bare_number(info, text);
  for (const auto& [symbol, factor] : kSizes) {
    if (parts->symbol != symbol) continue;
    const double bytes = parts->number * static_cast<double>(factor);
    if (bytes != std::floor(bytes) || bytes < 0 || bytes > 9e15)
      return TextError{"expected a whole number of bytes, got \"" + std::string(trim(text)) + "\""};
    return Bytes(static_cast<std::int64_t>(bytes));
  }
  return expected(info, text);
}
template <>
std::string to_text<Bytes>(Bytes b, int digits) {
  const auto n = static_cast<double>(b.value());
  static constexpr std::array<std::pair<const char*, double>, 3> kSteps{
      {{"GiB", 1073741824.0}, {"MiB", 1048576.0}, {"KiB", 1024.0}}};
  for (const auto& [symbol, factor] : kSteps) {
    if (std::abs(n) < factor) continue;
    char out[64];
    std::snprintf(out, sizeof out, "%.*g %s", digits, n / factor, symbol);
    return out;
  }
  return std::to_string(b.value()) + " B";
}

template <>
UnitInfo unit_info<Cycles>() {
  return {"cycle count", "cycles", "12 cycles"};
}
template <>
Parsed<Cycles> parse_quantity<Cycles>(std::string_view text) {
  const auto parts = split(text);
  const UnitInfo info = unit_info<Cycles>();
  if (!parts) return expected(info, text);
  if (parts->symbol.empty()) return bare_number(info, text);
  if (parts->symbol != "cycles" && parts->symbol != "cycle") return expected(info, text);
  if (parts->number != std::floor(parts->number) || parts->number < 0 || parts->number > 9e15)
    return expected(info, text);
  return Cycles(static_cast<std::int64_t>(parts->number));
}
template <>
std::string to_text<Cycles>(Cycles c, int) {
  return grouped(c.value()) + (c.value() == 1 ? " cycle" : " cycles");
}

std::string quantity_pattern(const UnitInfo& unit) {
  std::string symbols;
  const auto add = [&symbols](const std::string& symbol) { symbols += (symbols.empty() ? "" : "|") + symbol; };
  if (unit.dimension == unit_info<Temperature>().dimension) {  // C is coulomb, too
    for (const char* symbol : {"K", "C",
                               "\xC2\xB0"
                               "C"})
      add(symbol);
  } else if (unit.symbol == unit_info<Bytes>().symbol) {
    for (const auto& [symbol, factor] : kSizes) add(std::string(symbol));
  } else if (unit.symbol == unit_info<Cycles>().symbol) {
    add("cycles?");
  } else {
    for (const Prefix& p : kPrefixes) add(std::string(p.symbol) + std::string(unit.symbol));
    for (const OtherUnit& other : kOtherUnits) {
      if (other.si != unit.symbol) continue;
      for (const Prefix& p : kPrefixes) {
        if (p.symbol.empty() || other.prefixed) add(std::string(p.symbol) + std::string(other.symbol));
      }
    }
  }
  return "^[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?[ \\t]*(" + symbols + ")$";
}

std::string with_article(std::string_view noun) {
  const bool vowel = !noun.empty() && std::string_view("aeiou").find(noun.front()) != std::string_view::npos;
  return (vowel ? "an " : "a ") + std::string(noun);
}

std::string without_zeros(std::string text) {
  const auto blank = std::min(text.find(' '), text.size());
  const auto point = text.find('.');
  if (point >= blank) return text;
  auto last = text.find_last_not_of('0', blank - 1);
  if (last == point) --last;
  return text.erase(last + 1, blank - last - 1);
}

std::string shortest(double value) {
  std::array<char, 64> buffer;
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return error == std::errc() ? std::string(buffer.data(), end) : "nan";
}

std::string grouped(std::int64_t value) {
  std::string digits = std::to_string(value);
  const int first = value < 0 ? 1 : 0;
  for (int i = static_cast<int>(digits.size()) - 3; i > first; i -= 3) digits.insert(static_cast<std::size_t>(i), ",");
  return digits;
}

}  // namespace subvolt
