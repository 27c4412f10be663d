// Conditions that options name: voltages of the scaled domain, quantities.
#pragma once

#include <string>
#include <vector>

#include "sim/config/error.h"
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

// The range in which models of devices hold.
Temperature parsed_temperature(const std::string& option, const std::string& text);
std::vector<Temperature> parsed_temperatures(const std::string& option, const std::string& text);

// Of --voltages: "0.4V..0.9V:20", or voltages between commas. Empty: the range of the scaled domain, inside, from one
// multiple of 10 mV to another, in so many voltages, or in steps of 10 mV if that is 0.
std::vector<Voltage> voltages_of(const std::string& text, const run::DesignPoint& point, std::size_t usual);

}  // namespace subvolt::cli
