// Quantities between commas, as options take them.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "sim/config/error.h"
#include "sim/units/text.h"

namespace subvolt::cli {

inline std::vector<std::string> pieces(const std::string& text) {
  std::vector<std::string> all;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    std::string piece = text.substr(begin, end - begin);
    piece.erase(std::remove(piece.begin(), piece.end(), ' '), piece.end());
    all.push_back(piece);
    if (end == text.size()) return all;
    begin = end + 1;
  }
}

// Throws Error(kConfiguration) that begins with the option.
template <class Q>
Q parsed(const std::string& option, const std::string& text) {
  const auto value = parse_quantity<Q>(text);
  if (const auto* error = std::get_if<TextError>(&value)) throw_configuration(option + ": " + error->message);
  return std::get<Q>(value);
}

// The range in which models of devices hold.
inline Temperature parsed_temperature(const std::string& option, const std::string& text) {
  const auto t = parsed<Temperature>(option, text);
  if (t.celsius() < -40.0 || t.celsius() > 125.0) {
    throw_configuration(option + ": expected temperatures from -40 C to 125 C, got \"" + text + "\"");
  }
  return t;
}
inline std::vector<Temperature> parsed_temperatures(const std::string& option, const std::string& text) {
  std::vector<Temperature> all;
  for (const std::string& piece : pieces(text)) all.push_back(parsed_temperature(option, piece));
  return all;
}

}  // namespace subvolt::cli
