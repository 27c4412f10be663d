#include "sim/run/dvfs/rails.h"

#include <algorithm>

#include "sim/power/intent/domain_devices.h"
#include "sim/power/technology/bit_cells.h"
#include "sim/units/text.h"

namespace subvolt::run {
namespace {

constexpr double kResolution_V = 1e-4;

std::string setting(const std::string& name, const std::string& value) {
  std::string text = name + "=" + value;
  text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
  return text;
}

bool same_cycles(const power::OperatingPoint& a, const power::OperatingPoint& b) {
  if (a.sram.size() != b.sram.size()) return false;
  for (std::size_t i = 0; i < a.sram.size(); ++i) {
    if (a.sram[i].macro.cycles != b.sram[i].macro.cycles) return false;
  }
  return true;
}

}  // namespace

Rails::Rails(const Player& player, const power::OperatingPoint& own) : player_(player), own_(own) {
  const power::PowerIntent& intent = player.design().intent;
  for (const power::VoltageDomain& rail : intent.voltage_domains) {
    const bool asked = std::any_of(own.asked.voltages.begin(), own.asked.voltages.end(),
                                   [&](const auto& entry) { return entry.first == rail.name; });
    if (rail.process == power::Process::kExternal || (!rail.tracks.empty() && !asked)) continue;
    free_.insert(rail.name == intent.scaled_domain ? free_.begin() : free_.end(), rail.name);
  }
  for (const power::ClockDomain& clock : intent.clock_domains) {
    if (intent.find_voltage_domain(clock.voltage_domain)->process != power::Process::kExternal) {
      free_clocks_.push_back(clock.name);
    }
  }
}

Rails::Voltages Rails::own_voltages(const power::OperatingPoint& point) const {
  Voltages voltages;
  for (const std::string& rail : free_) voltages.emplace_back(rail, point.voltage(rail));
  return voltages;
}

std::optional<power::OperatingPoint> Rails::resolved(const Clocks& clocks, const Voltages& voltages) const {
  std::string text = own_.base;
  for (const auto& [rail, v] : voltages) text += (text.empty() ? "" : ",") + setting(rail, brief(v));
  for (const auto& [clock, f] : clocks) text += "," + setting(clock, shortest(f.si()) + "Hz");
  try {
    power::OperatingPoint point = player_.resolve(text);
    if (!power::bit_cell_faults(player_.components(), player_.design().intent, player_.design().technology, point)
             .empty()) {
      return {};
    }
    return point;
  } catch (const Error& e) {
    if (e.kind() != ErrorKind::kConfiguration) throw;
    return {};
  }
}

std::pair<Voltage, Voltage> Rails::range(const std::string& rail) const {
  const power::PowerIntent& intent = player_.design().intent;
  const power::VoltageDomain& domain = *intent.find_voltage_domain(rail);
  const auto works =
      power::voltages_of(power::devices_on(domain, intent, player_.design().technology), domain.minimum.has_value());
  Voltage highest = std::min(domain.maximum.value_or(works.highest), works.highest);
  if (domain.regulator.kind == power::RegulatorKind::kLdo) highest = std::min(highest, domain.regulator.input);
  return {std::max(domain.minimum.value_or(works.lowest), works.lowest), highest};
}

std::optional<Frequency> Rails::fastest(const std::string& clock) const {
  Voltages voltages = own_voltages(own_);
  for (auto& [rail, v] : voltages) v = range(rail).second;
  const std::optional<power::OperatingPoint> highest = resolved({}, voltages);
  if (!highest) return {};
  const DesignPoint& design = player_.design();
  return power::f_max(*design.intent.find_clock_domain(clock), design.intent, design.technology, *highest);
}

std::optional<Voltage> Rails::least(const Clocks& clocks, Voltages voltages, std::size_t moved) const {
  auto [low, high] = range(voltages[moved].first);
  const auto point_at = [&](Voltage v) {
    voltages[moved].second = v;
    return resolved(clocks, voltages);
  };
  const std::optional<power::OperatingPoint> highest = point_at(high);
  if (!highest) return {};
  const auto works = [&](Voltage v) {
    const std::optional<power::OperatingPoint> point = point_at(v);
    return point && same_cycles(*point, *highest);
  };
  if (works(low)) return low;
  while ((high - low).si() > kResolution_V) {
    const Voltage middle = Voltage::from_si(0.5 * (low.si() + high.si()));
    (works(middle) ? high : low) = middle;
  }
  return high;
}

std::optional<power::OperatingPoint> Rails::with(const Clocks& clocks, const std::string& rail, Voltage v) const {
  Voltages voltages = own_voltages(own_);
  for (auto& [name, voltage] : voltages) {
    if (name == rail) voltage = v;
  }
  return resolved(clocks, voltages);
}

std::optional<power::OperatingPoint> Rails::lowest(const Clocks& clocks, const std::string& rail) const {
  Voltages voltages = own_voltages(own_);
  for (std::size_t r = 0; r < voltages.size(); ++r) {
    if (voltages[r].first != rail) continue;
    const std::optional<Voltage> v = least(clocks, voltages, r);
    if (!v) return {};
    voltages[r].second = *v;
  }
  return resolved(clocks, voltages);
}

std::optional<power::OperatingPoint> Rails::lowest(const Clocks& clocks) const {
  Voltages voltages = own_voltages(own_);
  for (auto& [rail, v] : voltages) v = range(rail).second;
  for (std::size_t r = 0; r < voltages.size(); ++r) {
    const std::optional<Voltage> v = least(clocks, voltages, r);
    if (!v) return {};
    voltages[r].second = *v;
  }
  return resolved(clocks, voltages);
}

std::optional<power::OperatingPoint> Rails::at_voltages(const Clocks& clocks, const power::OperatingPoint& like) const {
  return resolved(clocks, own_voltages(like));
}

}  // namespace subvolt::run
