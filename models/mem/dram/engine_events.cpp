#include "models/mem/dram/engine_events.h"

#include <cmath>

#include "models/mem/dram/engine.h"

namespace subvolt::mem::dram {

std::vector<power::EventDeclaration> Engine::events_of(const DeviceConfig& device, const Settings& settings) {
  using power::Cause;
  // Data sheets give currents at the device's own clock, so prices want its times there.
  const auto hz = static_cast<std::int64_t>(std::llround(device.max_clock.value.si()));
  const TimingTable table(device, 0, hz, Rounding::kClock);
  const TickClock clock(hz, Rounding::kClock);
  const auto ps = [&](std::int64_t ticks) { return static_cast<double>(clock.ps(ticks)); };
  // Distances are between begins of commands; what the cells see counts from last clock to last clock.
  const auto between = [&](Cmd from, Cmd to) {
    const auto length = [&](Cmd c) { return table.length[static_cast<std::size_t>(c)]; };
    return ps(table.distance(from, to) - length(from) + length(to));
  };
  const double ras = between(Cmd::kAct, Cmd::kPrecharge);
  const double rp = between(Cmd::kPrecharge, Cmd::kAct);
  const double rfc = between(Cmd::kRefreshAll, Cmd::kAct);
  const double rfc_bank = between(Cmd::kRefreshBank, Cmd::kAct);
  const double burst = ps(table.burst);
  return {
      {"activate", "dram.activate", Cause::kSwitching, "One row opened.", {{"tRAS_ps", ras}}},
      {"precharge", "dram.precharge", Cause::kSwitching, "One open row closed.", {{"tRP_ps", rp}}},
      {"read",
       "dram.read",
       Cause::kSwitching,
       "One burst read from an open row, up to the data pins.",
       {{"burst_ps", burst}}},
      {"write", "dram.write", Cause::kSwitching, "One burst written to an open row.", {{"burst_ps", burst}}},
      {"io_read",
       "dram.io_read",
       Cause::kIo,
       "One burst driven over the data pins by the device.",
       {{"burst_ps", burst}}},
      {"io_write", "dram.io_write", Cause::kIo, "One burst received over the data pins.", {{"burst_ps", burst}}},
      {"refresh",
       "dram.refresh",
       Cause::kRefresh,
       "All banks refreshed once, on top of active_standby.",
       {{"tRFC_ps", rfc}}},
      {"refresh_bank",
       table.bank_refresh_interval > 0 ? "dram.refresh_bank" : "",
       Cause::kRefresh,
       "One bank refreshed once, on top of active_standby.",
       {{"tRFC_ps", rfc_bank}}},
      {"active_standby", "dram.active_standby", Cause::kBackground, "Picoseconds with a row open or in refresh.", {}},
      {"precharge_standby", "dram.precharge_standby", Cause::kBackground, "Picoseconds with all rows closed.", {}},
      {"active_power_down",
       "dram.active_power_down",
       Cause::kBackground,
       "Picoseconds in power-down with a row open.",
       {}},
      {"precharge_power_down",
       "dram.precharge_power_down",
       Cause::kBackground,
       "Picoseconds in power-down with all rows closed.",
       {}},
      {"self_refresh",
       "dram.self_refresh",
       Cause::kBackground,
       "Picoseconds in self-refresh.",
       {{"pasr_fraction", settings.self_refresh.array}}},
      {"deep_power_down", "dram.deep_power_down", Cause::kBackground, "Picoseconds in deep power-down.", {}},
      {"row_hits", "", Cause::kSwitching, "Bursts that found their row open.", {}},
      {"row_misses", "", Cause::kSwitching, "Bursts that found their bank closed.", {}},
      {"row_conflicts", "", Cause::kSwitching, "Bursts that found another row open in their bank.", {}},
      {"precharge_commands", "", Cause::kSwitching, "Precharges of one bank or of all, as commands.", {}},
      {"power_downs", "", Cause::kSwitching, "Entries into power-down.", {}},
      {"self_refreshes", "", Cause::kSwitching, "Entries into self-refresh.", {}},
      {"set_point_switches", "", Cause::kSwitching, "Changes of the clock.", {}}};
}

}  // namespace subvolt::mem::dram
