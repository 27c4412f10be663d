#include "sim/soc/clocks.h"

#include <algorithm>

#include "sim/config/error.h"
#include "sim/power/intent/point_change.h"
#include "sim/units/picoseconds.h"
#include "sim/units/text.h"

namespace subvolt::soc {
namespace {

kernel::ClockScaling scaling_of(const power::ClockDomain& clock) {
  return kernel::make_clock_scaling(clock.scaling.policy, picoseconds(clock.scaling.window));
}

// What told the frequency of a clock, as messages begin.
std::string place_of(const power::OperatingPoint& point, const std::string& clock) {
  const auto place = std::find_if(point.clock_places.begin(), point.clock_places.end(),
                                  [&clock](const auto& p) { return p.first == clock; });
  return place == point.clock_places.end() ? std::string() : place->second;
}

}  // namespace

Clocks make_clocks(const power::PowerIntent& intent, const std::vector<power::OperatingPoint>& points) {
  Clocks clocks;
  const power::OperatingPoint& first = points.front();
  for (const auto& [name, frequency] : first.frequencies) {
    clocks.emplace(name, std::make_unique<kernel::ClockDomain>(name, hertz(first.frequency(name)),
                                                               scaling_of(*intent.find_clock_domain(name)),
                                                               place_of(first, name)));
  }
  return clocks;
}

std::unique_ptr<kernel::OperatingPoints> make_operating_points(const power::PowerIntent& intent,
                                                               const std::vector<power::OperatingPoint>& points,
                                                               const Clocks& clocks,
                                                               kernel::ActivityRecorder& recorder) {
  if (points.size() < 2) return nullptr;
  std::vector<std::vector<Picoseconds>> change;
  for (const power::OperatingPoint& from : points) {
    change.emplace_back();
    for (const power::OperatingPoint& to : points) {
      change.back().push_back(picoseconds(power::change_time(intent, from, to)));
    }
  }
  auto all = std::make_unique<kernel::OperatingPoints>(recorder, std::move(change));
  for (const auto& [name, clock] : clocks) {
    std::vector<Hertz> by_point;
    for (const power::OperatingPoint& point : points) by_point.push_back(hertz(point.frequency(name)));
    all->add_clock(*clock, std::move(by_point));
  }
  return all;
}

void check_fixed_clocks(const std::vector<power::OperatingPoint>& points, const Clocks& clocks) {
  const power::OperatingPoint& first = points.front();
  std::string faults;
  for (const auto& [name, clock] : clocks) {
    if (clock->fixed_by().empty()) continue;
    for (const power::OperatingPoint& point : points) {
      if (point.frequency(name) == first.frequency(name)) continue;
      // One that was put together for this run is to blame rather than one of the power intent.
      const power::OperatingPoint& other = first.asked.name.empty() ? point : first;
      const power::OperatingPoint& said = first.asked.name.empty() ? first : point;
      faults += (faults.empty() ? "" : "\n") + place_of(said, name) + brief(said.frequency(name)) + ", but " +
                brief(other.frequency(name)) + " at \"" + other.name + "\" of the same run: " + clock->fixed_by() +
                " keeps its interface clock, so operating points of one run must agree in it";
    }
  }
  if (!faults.empty()) throw Error(ErrorKind::kConfiguration, faults);
}

}  // namespace subvolt::soc
