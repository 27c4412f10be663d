#include "models/mem/dram/engine_events.h"

#include <cmath>

#include "models/mem/dram/engine.h"

namespace subvolt::mem::dram {
namespace {

using power::Cause;
using Attributes = std::vector<std::pair<std::string, double>>;

double picoseconds_of(const TickClock& clock, std::int64_t ticks) {
  return static_cast<double>(clock.time(ticks).value());
}

// Data sheets give currents at the device's own clock, so prices want its times there.
EventFacts facts_of(const DeviceConfig& device, const Settings& settings, Hertz frequency) {
  const Hertz own = hertz(device.max_clock.value);
  const TimingTable table(device, 0, own, Rounding::kClock);
  const TickClock clock(own, Rounding::kClock);
  // Distances are between begins of commands; what the cells see counts from last clock to last clock.
  const auto between = [&](Command from, Command to) {
    const auto length = [&](Command c) { return table.length[static_cast<std::size_t>(c)]; };
    return picoseconds_of(clock, table.distance(from, to) - length(from) + length(to));
  };
  const auto has = [&](Command c) { return table.has[static_cast<std::size_t>(c)]; };
  EventFacts facts;
  facts.tRAS_ps = between(Command::kAct, Command::kPrecharge);
  facts.tRP_ps = between(Command::kPrecharge, Command::kAct);
  facts.tRFC_ps = between(Command::kRefreshAll, Command::kAct);
  facts.tRFC_bank_ps = between(Command::kRefreshBank, Command::kAct);
  facts.burst_ps = picoseconds_of(clock, table.burst);
  facts.clock_ratio = static_cast<double>(frequency.value()) / static_cast<double>(own.value());
  facts.pasr_fraction = settings.self_refresh.array;
  facts.refreshes_banks = settings.refresh.mode == RefreshMode::kPerBank;
  facts.power_down = has(Command::kPowerDownEntry);
  facts.self_refresh = has(Command::kSelfRefreshEntry);
  facts.deep_power_down = settings.deep_power_down.policy != SleepPolicy::kNever;
  return facts;
}

}  // namespace

std::vector<power::EventDeclaration> declare_events(const EventFacts& f) {
  const auto priced_if = [](bool happens, const char* price) { return std::string(happens ? price : ""); };
  const Attributes burst = {{"burst_ps", f.burst_ps}};
  const Attributes clock = {{"clock_ratio", f.clock_ratio}};
  std::vector<power::EventDeclaration> events;
  const auto command = [&](const char* name, std::string price, Cause cause, const char* meaning, Attributes a) {
    events.push_back({name, std::move(price), cause, meaning, std::move(a)});
  };
  const auto state = [&](const char* name, std::string price, const char* meaning, Attributes a = {}) {
    events.push_back(
        {name, std::move(price), Cause::kBackground, meaning, std::move(a), power::EventRole::kNone, 0, 1});
  };
  const auto fact = [&](const char* name, const char* meaning) {
    events.push_back({name, "", Cause::kSwitching, meaning, {}});
  };
  command("activate", "dram.activate", Cause::kSwitching, "One row opened.", {{"tRAS_ps", f.tRAS_ps}});
  command("precharge", "dram.precharge", Cause::kSwitching, "One open row closed.", {{"tRP_ps", f.tRP_ps}});
  command("read", "dram.read", Cause::kSwitching, "One burst read from an open row, up to the data pins.", burst);
  command("write", "dram.write", Cause::kSwitching, "One burst written to an open row.", burst);
  command("io_read", "dram.io_read", Cause::kIo, "One burst driven over the data pins by the device.", burst);
  command("io_write", "dram.io_write", Cause::kIo, "One burst received over the data pins.", burst);
  command("refresh", "dram.refresh", Cause::kRefresh, "All banks refreshed once, on top of active_standby.",
          {{"tRFC_ps", f.tRFC_ps}});
  command("refresh_bank", priced_if(f.refreshes_banks, "dram.refresh_bank"), Cause::kRefresh,
          "One bank refreshed once, on top of active_standby.", {{"tRFC_ps", f.tRFC_bank_ps}});
  state("active_standby", "dram.active_standby", "Picoseconds with a row open or in refresh.", clock);
  state("precharge_standby", "dram.precharge_standby", "Picoseconds with all rows closed.", clock);
  state("active_power_down", priced_if(f.power_down, "dram.active_power_down"),
        "Picoseconds in power-down with a row open.");
  state("precharge_power_down", priced_if(f.power_down, "dram.precharge_power_down"),
        "Picoseconds in power-down with all rows closed.");
  state("self_refresh", priced_if(f.self_refresh, "dram.self_refresh"), "Picoseconds in self-refresh.",
        {{"pasr_fraction", f.pasr_fraction}});
  state("deep_power_down", priced_if(f.deep_power_down, "dram.deep_power_down"), "Picoseconds in deep power-down.");
  fact("row_hits", "Bursts that found their row open.");
  fact("row_misses", "Bursts that found their bank closed.");
  fact("row_conflicts", "Bursts that found another row open in their bank.");
  fact("precharge_commands", "Precharges of one bank or of all, as commands.");
  fact("power_downs", "Entries into power-down.");
  fact("self_refreshes", "Entries into self-refresh.");
  fact("set_point_switches", "Changes of the clock.");
  return events;
}

std::vector<power::EventDeclaration> Engine::events_of(const DeviceConfig& device, const Settings& settings,
                                                       Hertz frequency) {
  const EventFacts facts = facts_of(device, settings, frequency);
  std::vector<power::EventDeclaration> events = declare_events(facts);
  if (settings.termination.termination_ohm > 0.0) {
    const Attributes bus = {
        {"drive_ohm", settings.termination.drive_ohm},
        {"termination_ohm", settings.termination.termination_ohm},
        {"pins", static_cast<double>(device.organisation.width.value * device.organisation.devices.value)},
        {"burst_ps", facts.burst_ps}};
    events.push_back(
        {"termination_read", "dram.termination", Cause::kIo, "One burst of reads over terminated pins.", bus});
    events.push_back(
        {"termination_write", "dram.termination", Cause::kIo, "One burst of writes over terminated pins.", bus});
  }
  for (const SetPoint& point : device.set_points) {
    const Attributes clock = {{"clock_ratio", point.clock.value.si() / device.max_clock.value.si()}};
    events.push_back({"active_standby@" + point.name, "dram.active_standby", Cause::kBackground,
                      "Picoseconds with a row open or in refresh, at the slower clock.", clock, power::EventRole::kNone,
                      0, 1});
    events.push_back({"precharge_standby@" + point.name, "dram.precharge_standby", Cause::kBackground,
                      "Picoseconds with all rows closed, at the slower clock.", clock, power::EventRole::kNone, 0, 1});
  }
  return events;
}

}  // namespace subvolt::mem::dram
