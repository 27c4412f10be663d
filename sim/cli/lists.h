// Lists between commas on the command line.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sim/config/error.h"
#include "sim/config/field_type.h"
#include "sim/config/text.h"
#include "sim/power/technology/process.h"
#include "sim/units/temperature.h"
#include "sim/units/text.h"

namespace subvolt::cli {

// Without blanks; "" is one empty piece.
std::vector<std::string> pieces(const std::string& text);

// Throws Error(kConfiguration), "OPTION: expected a voltage such as ...".
template <class Q>
Q parsed(const std::string& option, const std::string& text) {
  const auto value = parse_quantity<Q>(text);
  if (const auto* error = std::get_if<TextError>(&value)) throw_configuration(option + ": " + error->message);
  return std::get<Q>(value);
}

// The value of an enumeration with that name. Throws Error(kConfiguration), "OPTION: expected one of ...".
template <class E>
E one_of(const std::string& option, const std::string& text) {
  std::vector<std::string> names;
  for (const auto& [value, name] : config::EnumNames<E>::names()) {
    if (name == text) return value;
    names.push_back(name);
  }
  throw_configuration(option + ": " + config::not_one_of(names, text));
}

// Of --corners; `otherwise` when the text is empty.
std::vector<power::Corner> corners_of(const std::string& text, const std::vector<power::Corner>& otherwise);
// Of --temperatures, from -40 C to 125 C, for which technologies are.
std::vector<Temperature> temperatures_of(const std::string& text);

}  // namespace subvolt::cli
