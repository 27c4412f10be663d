// Conditions that options name: voltages of the scaled domain, quantities.
#pragma once

#include <string>
#include <vector>

#include "sim/config/error.h"
#include "sim/config/field_type.h"
#include "sim/config/text.h"
#include "sim/power/technology/process.h"
#include "sim/run/design_point.h"
#include "sim/units/text.h"

namespace subvolt::cli {

// What stands between the commas, without blanks.
std::vector<std::string> pieces(const std::string& text);

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

// The range in which models of devices hold.
Temperature parsed_temperature(const std::string& option, const std::string& text);
std::vector<Temperature> parsed_temperatures(const std::string& option, const std::string& text);

// Of --voltages: "0.4V..0.9V:20", or voltages between commas. Empty: the range of the scaled domain, inside, from one
// multiple of 10 mV to another, in so many voltages, or in steps of 10 mV if that is 0.
std::vector<Voltage> voltages_of(const std::string& text, const run::DesignPoint& point, std::size_t usual);

}  // namespace subvolt::cli
