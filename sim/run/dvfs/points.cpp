#include "sim/run/dvfs/points.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "sim/power/intent/domain_devices.h"
#include "sim/units/text.h"

namespace subvolt::run {
namespace {

constexpr double kStep_V = 0.05;  // of tables that people read; minima are finer (docs/models/dvfs.md)

std::string volts(double v) { return shortest(std::round(v * 1e6) / 1e6) + "V"; }

[[noreturn]] void refuse(const std::string& text, const std::string& why) {
  throw_configuration("--points \"" + text + "\": " + why);
}

Voltage voltage_of(const std::string& whole, const std::string& text) {
  const auto value = parse_quantity<Voltage>(text);
  if (const auto* error = std::get_if<TextError>(&value)) refuse(whole, error->message);
  return std::get<Voltage>(value);
}

std::vector<std::string> stepped_range(const std::string& text) {
  std::vector<std::string> points;
  const std::size_t dots = text.find(".."), comma = std::min(text.find(',', dots), text.size());
  const std::size_t colon = text.find(':', dots);
  const std::string clocks = text.substr(comma);
  const std::string number = colon < comma ? text.substr(colon + 1, comma - colon - 1) : "";
  const bool whole =
      !number.empty() && number.size() < 5 && number.find_first_not_of("0123456789") == std::string::npos;
  const Voltage low = voltage_of(text, text.substr(0, dots));
  const Voltage high = voltage_of(text, text.substr(dots + 2, std::min(colon, comma) - dots - 2));
  if (!whole || std::stoul(number) < 2 || std::stoul(number) > kMostStudied || !(low < high)) {
    refuse(text, "expected a range with how many, from 2 to " + std::to_string(kMostStudied) +
                     ", such as 0.4V..0.9V:20 or 0.4V..0.9V:20,50MHz");
  }
  const std::size_t count = std::stoul(number);
  for (std::size_t i = 0; i < count; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(count - 1);
    points.push_back(volts(low.si() + (high - low).si() * share) + clocks);
  }
  return points;
}

bool has_scaled_rail(const power::PowerIntent& intent) {
  const power::VoltageDomain* rail = intent.find_voltage_domain(intent.scaled_domain);
  return rail && rail->process != power::Process::kExternal;
}

std::vector<std::string> whole_range(const DesignPoint& design, const std::string& clocks) {
  const power::PowerIntent& intent = design.intent;
  std::vector<std::string> points;
  const power::VoltageDomain* const rail = intent.find_voltage_domain(intent.scaled_domain);
  const auto range = power::voltages_of(power::devices_on(*rail, intent, design.technology), false);
  const double low = std::max(range.lowest, rail->minimum.value_or(range.lowest)).si();
  const double high = std::min(range.highest, rail->maximum.value_or(range.highest)).si();
  points.push_back(volts(low) + clocks);
  for (double i = std::floor(low / kStep_V + 1e-6) + 1.0; i * kStep_V < high - 1e-6; i += 1.0) {
    points.push_back(volts(i * kStep_V) + clocks);
  }
  if (high > low) points.push_back(volts(high) + clocks);
  return points;
}

// What cannot be comes last; without a scaled rail all stay where they are.
void sort_by_voltage(const power::PowerIntent& intent, std::vector<StudiedPoint>& all) {
  const auto key = [&](const StudiedPoint& p) {
    const bool scaled = p.works() && !intent.scaled_domain.empty();
    const bool clocked = p.works() && !intent.scaled_clock.empty();
    return std::tuple(!p.works(), scaled ? p.point.voltage(intent.scaled_domain) : Voltage(),
                      clocked ? p.point.frequency(intent.scaled_clock) : Frequency());
  };
  std::stable_sort(all.begin(), all.end(),
                   [&](const StudiedPoint& a, const StudiedPoint& b) { return key(a) < key(b); });
}

// Below what the lower end of the range allows.
void add_slow_clocks(Player& player, std::vector<StudiedPoint>& all) {
  const std::string& clock = player.design().intent.scaled_clock;
  const auto first = all.begin();
  if (first == all.end() || !first->works() || clock.empty()) return;
  const StudiedPoint slowest = *first;
  std::vector<StudiedPoint> slower;
  for (const double part : {0.125, 0.25, 0.5}) {
    StudiedPoint point = slowest;
    point.text = slowest.text + "," + shortest(std::floor(part * slowest.point.frequency(clock).si())) + "Hz";
    try {
      point.point = player.resolve(point.text);
    } catch (const Error& e) {
      if (e.kind() != ErrorKind::kConfiguration) throw;
      continue;  // the point says all its clocks already
    }
    slower.push_back(std::move(point));
  }
  all.insert(first, slower.begin(), slower.end());
}

}  // namespace

std::vector<std::string> studied_points(const std::vector<std::string>& asked, const DesignPoint& design) {
  const power::PowerIntent& intent = design.intent;
  std::vector<std::string> points;
  if (asked.empty() && has_scaled_rail(intent)) {
    points = whole_range(design, "");
    points.push_back(design.named_operating_point.empty() ? intent.operating_points.front().name
                                                          : design.named_operating_point);
  } else if (asked.empty()) {
    for (const power::NamedOperatingPoint& named : intent.operating_points) points.push_back(named.name);
  }
  for (const std::string& text : asked) {
    const bool ranges = text.find("..") != std::string::npos;
    if (ranges && !has_scaled_rail(intent)) {
      refuse(text, "power intent " + intent.name + " names no scaled_domain on the chip: add --set " +
                       "power.scaled_domain=RAIL, or name operating points");
    }
    const bool whole = text == ".." || text.rfind("..,", 0) == 0;
    const std::vector<std::string> some = whole    ? whole_range(design, text.substr(2))
                                          : ranges ? stepped_range(text)
                                                   : std::vector<std::string>{text};
    points.insert(points.end(), some.begin(), some.end());
  }
  if (points.size() > kMostStudied) {
    throw_configuration("--points: expected at most " + std::to_string(kMostStudied) + " operating points, got " +
                        std::to_string(points.size()));
  }
  return points;
}

std::vector<StudiedPoint> run_points(Player& player, const std::vector<std::string>& texts, bool slow_clocks) {
  std::vector<StudiedPoint> all;
  for (const std::string& text : texts) {
    StudiedPoint studied;
    studied.text = text;
    try {
      studied.point = player.resolve(text);
    } catch (const Error& e) {
      if (e.kind() != ErrorKind::kConfiguration) throw;
      studied.why_not = e.what();
    }
    const bool known = std::any_of(all.begin(), all.end(), [&](const StudiedPoint& other) {
      return studied.works() && other.works() && other.point.voltages == studied.point.voltages &&
             other.point.frequencies == studied.point.frequencies;
    });
    if (!known) all.push_back(std::move(studied));
  }
  sort_by_voltage(player.design().intent, all);
  if (slow_clocks) add_slow_clocks(player, all);
  std::vector<power::OperatingPoint> working;
  for (const StudiedPoint& studied : all) {
    if (studied.works()) working.push_back(studied.point);
  }
  player.prepare(working, Pattern());
  for (StudiedPoint& studied : all) {
    if (!studied.works()) continue;
    try {
      studied.run = player.at(studied.point, Pattern());
    } catch (const Error& e) {
      if (e.kind() != ErrorKind::kConfiguration) throw;
      studied.why_not = e.what();
    }
  }
  return all;
}

}  // namespace subvolt::run
