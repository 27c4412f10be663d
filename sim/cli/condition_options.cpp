#include "sim/cli/condition_options.h"

#include <algorithm>
#include <cmath>

#include "sim/power/intent/domain_devices.h"

namespace subvolt::cli {

std::vector<std::string> pieces(const std::string& text) {
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

std::vector<power::Corner> corners_of(const std::string& text, const std::vector<power::Corner>& otherwise) {
  if (text.empty()) return otherwise;
  std::vector<power::Corner> corners;
  for (const std::string& piece : pieces(text)) corners.push_back(one_of<power::Corner>("--corners", piece));
  return corners;
}

Temperature parsed_temperature(const std::string& option, const std::string& text) {
  const auto t = parsed<Temperature>(option, text);
  if (t.celsius() < -40.0 || t.celsius() > 125.0) {
    throw_configuration(option + ": expected temperatures from -40 C to 125 C, got \"" + text + "\"");
  }
  return t;
}

std::vector<Temperature> parsed_temperatures(const std::string& option, const std::string& text) {
  std::vector<Temperature> all;
  for (const std::string& piece : pieces(text)) all.push_back(parsed_temperature(option, piece));
  return all;
}

std::vector<Voltage> voltages_of(const std::string& text, const run::DesignPoint& point, std::size_t usual) {
  Voltage low, high;
  std::size_t count = usual;
  if (text.empty()) {
    const power::VoltageDomain* rail = point.intent.find_voltage_domain(point.intent.scaled_domain);
    if (!rail || rail->process == power::Process::kExternal) {
      throw_configuration("power intent " + point.intent.name +
                          " names no scaled_domain whose voltages could be looked at");
    }
    const auto range = power::voltages_of(power::devices_on(*rail, point.intent, point.technology), false);
    // In steps of 10 mV, inside.
    low = Voltage::from_si(std::ceil(std::max(range.lowest, rail->minimum.value_or(range.lowest)).si() * 100 - 1e-9) /
                           100);
    high = Voltage::from_si(
        std::floor(std::min(range.highest, rail->maximum.value_or(range.highest)).si() * 100 + 1e-9) / 100);
    if (count == 0) count = static_cast<std::size_t>(std::llround((high - low).si() * 100)) + 1;
    if (high <= low) return {low};
  } else if (const std::size_t dots = text.find(".."); dots != std::string::npos) {
    const std::size_t colon = text.find(':', dots);
    low = parsed<Voltage>("--voltages", text.substr(0, dots));
    high = parsed<Voltage>("--voltages", text.substr(dots + 2, colon == std::string::npos ? colon : colon - dots - 2));
    const std::string number = colon == std::string::npos ? "" : text.substr(colon + 1);
    const bool whole =
        !number.empty() && number.size() < 6 && number.find_first_not_of("0123456789") == std::string::npos;
    if (!whole || std::stoul(number) < 2 || !(low < high)) {
      throw_configuration(
          "--voltages: expected voltages such as 0.5V,0.8V or a range with how many, such as "
          "0.4V..0.9V:20, got \"" +
          text + "\"");
    }
    count = std::stoul(number);
  } else {
    std::vector<Voltage> voltages;
    for (const std::string& piece : pieces(text)) voltages.push_back(parsed<Voltage>("--voltages", piece));
    return voltages;
  }
  std::vector<Voltage> voltages;
  for (std::size_t i = 0; i < count; ++i) {
    const double v = low.si() + (high - low).si() * static_cast<double>(i) / static_cast<double>(count - 1);
    voltages.push_back(Voltage::from_si(std::round(v * 1e6) * 1e-6));
  }
  return voltages;
}

}  // namespace subvolt::cli
