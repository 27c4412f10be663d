#include "models/mem/xspi/xspi_timing.h"

#include <algorithm>
#include <cmath>

#include "models/mem/slowest_clock.h"
#include "sim/kernel/clock_misfit.h"
#include "sim/units/picoseconds.h"
#include "sim/units/text.h"

namespace subvolt::mem {
namespace {

std::int64_t clocks(const std::optional<SourcedDelay>& delay, Hertz hz) { return delay ? delay->in_clocks(hz) : 0; }

XspiTiming::Direction direction(const XspiAccess& access, Hertz hz) {
  XspiTiming::Direction d;
  d.command = access.command.in_clocks(hz);
  d.latency = access.latency.in_clocks(hz);
  d.collision = clocks(access.collision, hz);
  d.page = access.page ? access.page->value.value() : 0;
  return d;
}

XspiTiming::Sleep sleep(const std::optional<XspiSleep>& mode, const std::optional<Time>& after, Hertz hz) {
  XspiTiming::Sleep s;
  s.available = mode.has_value();
  if (mode) {
    s.entry = clocks_of(mode->entry.value, hz);
    s.exit = clocks_of(mode->exit.value, hz);
  }
  if (after) s.after = clocks_of(*after, hz);
  return s;
}

[[noreturn]] void refuse(const std::string& why) { throw Error(ErrorKind::kConfiguration, why); }

}  // namespace

XspiTiming::XspiTiming(const XspiDeviceConfig& device, const XspiSettings& settings, Hertz hz) {
  const Hertz fastest = hertz(device.max_clock.value);
  set(device, hz == Hertz() ? fastest : hz);
  const std::string clock = brief(Frequency::from_si(static_cast<double>(frequency.value())));
  if (frequency > fastest) {
    throw kernel::ClockMisfit(device.standard + " runs at up to " + brief(device.max_clock.value) + ", not at " + clock,
                              kernel::ClockMisfit::Bound::kFastest, fastest);
  }
  longest_burst = settings.longest_burst ? settings.longest_burst->value() : 0;
  if (device.refresh) {
    fixed_latency = settings.latency.value_or(device.refresh->latency) == XspiLatency::kFixed;
  }
  half_sleep = sleep(device.half_sleep, settings.half_sleep_after, frequency);
  deep_power_down = sleep(device.deep_power_down, settings.deep_power_down_after, frequency);

  if (half_sleep.after >= 0 && !half_sleep.available) refuse(device.standard + " has no half sleep");
  if (deep_power_down.after >= 0 && !deep_power_down.available) refuse(device.standard + " has no deep power-down");
  if (deep_power_down.after >= 0 && !flash) {
    refuse(device.standard + " would lose its contents in deep power-down: not a mode to idle in");
  }
  if (device.select.low_max && shortest_transaction() > low_max) {
    const auto fits = [&device](Hertz faster) {
      XspiTiming timing;
      timing.set(device, faster);
      return timing.shortest_transaction() <= timing.low_max;
    };
    throw kernel::ClockMisfit(device.standard + " at " + clock + " needs " + std::to_string(shortest_transaction()) +
                                  " clocks for its shortest transaction, and chip select may be low for " +
                                  to_text(device.select.low_max->value) + ", " + std::to_string(low_max) + " clocks",
                              kernel::ClockMisfit::Bound::kSlowest, slowest_clock(frequency, fastest, fits));
  }
}

void XspiTiming::set(const XspiDeviceConfig& device, Hertz hz) {
  frequency = hz;
  capacity = device.capacity.value.value();
  granule = device.granule ? device.granule->value.value() : 1;
  bits_per_clock = device.width.value * device.transfers_per_clock.value;
  setup = clocks(device.select.setup, frequency);
  high = device.select.high.in_clocks(frequency);
  recovery = clocks(device.select.recovery, frequency);
  cycle = clocks(device.select.cycle, frequency);
  if (device.select.low_max) {
    // Not a clock longer than the limit: rounded down.
    low_max = static_cast<std::int64_t>(
        std::floor(device.select.low_max->value.si() * static_cast<double>(frequency.value()) + 1e-3));
  }
  read = mem::direction(device.read, frequency);
  write = mem::direction(device.write, frequency);
  if (device.refresh) {
    refreshes = true;
    refresh_interval = picoseconds(device.refresh->interval.value);
    refresh_duration = picoseconds(device.refresh->duration.value);
  }
  if (device.program) {
    flash = true;
    enable = device.program->enable.in_clocks(frequency);
    program_page = device.program->page.value.value();
    program = clocks_of(device.program->time.value, frequency);
    sector = device.program->sector.value.value();
    erase_command = device.program->erase_command.in_clocks(frequency);
    erase = clocks_of(device.program->erase_time.value, frequency);
    write.page = program_page;
  }
}

std::int64_t XspiTiming::shortest_transaction() const {
  return std::max(overhead(false, true), overhead(true, true)) + data_clocks(0, granule);
}

std::int64_t XspiTiming::overhead(bool is_write, bool collides) const {
  const Direction& d = direction(is_write);
  const std::int64_t enabling = flash && is_write ? setup + enable + high : 0;
  return enabling + setup + d.command + d.latency + (collides ? d.collision : 0);
}

std::int64_t XspiTiming::data_clocks(std::int64_t begin, std::int64_t end) const {
  return ceil_div(8 * padded_bytes(begin, end), bits_per_clock);
}

}  // namespace subvolt::mem
