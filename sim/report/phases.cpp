#include "sim/report/phases.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/report/tables/text_table.h"
#include "sim/units/picoseconds.h"
#include "sim/units/text.h"

namespace subvolt::report {
namespace {

using power::PowersByVoltage;

constexpr const char* kWakeUp = "wake_up_from_";

class Phases {
 public:
  explicit Phases(const ResultInputs& in) : in_(in), idle_(in.intent->idle_mode()) {}

  Json list() {
    Json all = Json::array();
    Part rest;
    for (const power::Epoch& epoch : in_.record->epochs) {
      rest.time_s += in_seconds(epoch.end - epoch.begin);
      rest.idle_J += idle_W(epoch.operating_point) * in_seconds(epoch.end - epoch.begin);
    }
    rest.above_J = own_energy("");
    if (in_.intent->fitted) {
      for (const power::ChipPhase& phase : in_.intent->fitted->phases) {
        const Part part = part_of(phase);
        rest.time_s = std::max(0.0, rest.time_s - part.time_s);
        rest.idle_J = std::max(0.0, rest.idle_J - part.idle_J);
        all.push_back(told(phase.name, part));
      }
    }
    if (idle_ && in_.intent->fitted) all.push_back(told(power::kIdleMode, rest));
    if (in_.intent->chip_modes) {
      for (const auto& [name, mode] : in_.intent->chip_modes->modes) {
        if (&mode != idle_ || !in_.intent->fitted) add_mode(name, mode, all);
        if (mode.wake_up) add_wake_up(name, mode, all);
      }
    }
    return all;
  }

 private:
  struct Part {
    double time_s = 0.0, above_J = 0.0, idle_J = 0.0;
  };

  double idle_W(std::int32_t point) const {
    if (!idle_) return 0.0;
    const auto& at = (*in_.points)[static_cast<std::size_t>(point)];
    return PowersByVoltage::power(idle_->powers, at.voltage(in_.intent->chip_modes->rail)).si();
  }
  double idle_W() const { return idle_W(0); }

  double own_energy(const std::string& phase) const {
    double sum = 0.0;
    for (const power::Account& account : in_.ledger->accounts) {
      const bool covered = account.component >= 0 && in_.ledger->covered[static_cast<std::size_t>(account.component)];
      if (covered && account.phase == phase) sum += account.energy.si();
    }
    return sum;
  }

  // Events of the record by name, with their component, in the order of their numbers.
  template <class Use>
  void each_event(const Use& use) const {
    std::int32_t id = 0;
    for (const power::ComponentDeclaration& component : in_.record->components) {
      for (const power::EventDeclaration& event : component.events) use(id++, component, event);
    }
  }

  Part part_of(const power::ChipPhase& phase) const {
    Part part;
    part.above_J = own_energy(phase.name);
    each_event(
        [&](std::int32_t id, const power::ComponentDeclaration& component, const power::EventDeclaration& event) {
          const std::string name = component.name + "." + event.name;
          if (std::find(phase.cycles.begin(), phase.cycles.end(), name) == phase.cycles.end()) return;
          for (const power::Epoch& epoch : in_.record->epochs) {
            std::int64_t cycles = 0;
            for (const power::EventCount& e : epoch.events) cycles += e.event == id ? e.count : 0;
            for (const power::OwnedCount& o : epoch.others) cycles += o.event == id ? o.count : 0;
            if (cycles == 0) continue;
            const double time = static_cast<double>(cycles) / frequency(component.clock_domain, epoch.operating_point);
            part.time_s += time;
            part.idle_J += time * idle_W(epoch.operating_point);
          }
        });
    return part;
  }

  double frequency(const std::string& clock, std::int32_t point) const {
    for (const auto& [name, frequencies] : in_.record->clock_domains) {
      if (name == clock) return static_cast<double>(frequencies[static_cast<std::size_t>(point)]);
    }
    return 1.0;
  }

  Json told(const std::string& name, const Part& part) const {
    const double energy = part.above_J + part.idle_J;
    Json line{{"name", name},
              {"from", "run"},
              {"time_s", part.time_s},
              {"power_W", part.time_s > 0            ? energy / part.time_s
                          : name == power::kIdleMode ? idle_W()
                                                     : 0.0},
              {"energy_J", energy}};
    if (idle_) line["energy_above_idle_J"] = part.above_J;
    return line;
  }

  void add_mode(const std::string& name, const power::ChipMode& mode, Json& all) const {
    const Voltage at = in_.points->front().voltage(in_.intent->chip_modes->rail);
    if (!PowersByVoltage::reach(mode.powers, at)) return;
    const double power = PowersByVoltage::power(mode.powers, at).si();
    Json& line = all.emplace_back(Json{{"name", name}, {"from", "mode"}, {"time_s", 0.0}, {"power_W", power}});
    if (idle_) line["power_above_idle_W"] = power - idle_W();
    if (!mode.keeps.empty()) line["keeps"] = mode.keeps;
    line["source"] = mode.source;
    line["quality"] = config::to_text(mode.quality);
  }

  void add_wake_up(const std::string& name, const power::ChipMode& mode, Json& all) const {
    if (!mode.wake_up_power && !idle_) return;
    const double time = mode.wake_up->si(), power = mode.wake_up_power ? mode.wake_up_power->si() : idle_W();
    Json& line = all.emplace_back(Json{
        {"name", kWakeUp + name}, {"from", "mode"}, {"time_s", time}, {"power_W", power}, {"energy_J", time * power}});
    if (idle_) line["energy_above_idle_J"] = time * (power - idle_W());
    line["source"] = mode.source;
    line["quality"] = config::to_text(mode.quality);
  }

  const ResultInputs& in_;
  const power::ChipMode* idle_;
};

std::string signed_size(double value, const char* unit) {
  const std::string size =
      unit[0] == 'J' ? to_text(Energy::from_si(std::abs(value)), 4) : to_text(Power::from_si(std::abs(value)), 4);
  return (value < 0 ? "-" : "") + size;
}

}  // namespace

Json phases(const ResultInputs& in) { return Phases(in).list(); }

std::string phase_table(const Json& result) {
  if (!result.contains("phases") || result.at("phases").empty()) return "";
  std::string run, modes;
  std::map<std::string, std::string> wakes;
  for (const Json& p : result.at("phases")) {
    const std::string name = p.at("name");
    if (name.rfind(kWakeUp, 0) == 0) {
      wakes[name.substr(std::string(kWakeUp).size())] = to_text(Time::from_si(p.at("time_s")), 4);
    }
  }
  for (const Json& p : result.at("phases")) {
    const std::string name = p.at("name"), power = to_text(Power::from_si(p.at("power_W")), 4);
    if (p.at("from") == "run") {
      run +=
          fmt::format("  {:<22} {:>10} {:>11} {:>11} {:>11}\n", printable(name),
                      to_text(Time::from_si(p.at("time_s")), 4), power, to_text(Energy::from_si(p.at("energy_J")), 4),
                      p.contains("energy_above_idle_J") ? signed_size(p.at("energy_above_idle_J"), "J") : "");
    } else if (name.rfind(kWakeUp, 0) != 0) {
      modes += fmt::format("  {:<22} {:>10} {:>11} {:>11} {:>11}\n", printable(name), "", power, wakes[name],
                           p.contains("power_above_idle_W") ? signed_size(p.at("power_above_idle_W"), "W") : "");
    }
  }
  if (!run.empty()) run = "phases of use                  time       power      energy  above idle\n" + run;
  if (!modes.empty()) modes = "modes                                   power     wake-up  above idle\n" + modes;
  return run + modes;
}

}  // namespace subvolt::report
