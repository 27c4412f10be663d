// What an xSPI device's data sheet and settings come to at one clock: all in clocks of the interface.
#pragma once

#include <cstdint>

#include "models/mem/xspi/xspi_config.h"
#include "sim/units/hertz.h"
#include "sim/units/picoseconds.h"

namespace subvolt::mem {

struct XspiTiming {
  // Throws kernel::ClockMisfit: a clock faster than the device, or so slow that chip select would be low for too long;
  // Error(kConfiguration): settings that the device cannot follow. `frequency` 0: as fast as the device goes.
  XspiTiming(const XspiDeviceConfig& device, const XspiSettings& settings, Hertz frequency);

  struct Direction {
    std::int64_t command = 0, latency = 0, collision = 0;
    std::int64_t page = 0;  // bytes; 0: bursts go on
  };
  const Direction& direction(bool is_write) const { return is_write ? write : read; }
  // Chip select low to the first data.
  std::int64_t overhead(bool is_write, bool collides) const;
  // Clocks for the data of [begin, end), whole granules.
  std::int64_t data_clocks(std::int64_t begin, std::int64_t end) const;
  std::int64_t padded_bytes(std::int64_t begin, std::int64_t end) const { return up(end) - down(begin); }
  std::int64_t down(std::int64_t address) const { return address / granule * granule; }
  std::int64_t up(std::int64_t address) const { return ceil_div(address, granule) * granule; }

  Hertz frequency{};
  std::int64_t capacity = 0, granule = 1, bits_per_clock = 8;
  std::int64_t setup = 0, high = 0, recovery = 0, cycle = 0;
  std::int64_t low_max = 0;        // 0: no limit
  std::int64_t longest_burst = 0;  // bytes; 0: no limit
  Direction read, write;
  bool refreshes = false, fixed_latency = false;
  Picoseconds refresh_interval{}, refresh_duration{};
  bool flash = false;
  std::int64_t enable = 0, program_page = 0, program = 0, sector = 0, erase_command = 0, erase = 0;
  struct Sleep {
    bool available = false;
    std::int64_t entry = 0, exit = 0;
    std::int64_t after = -1;  // clocks of idleness; -1: never
  };
  Sleep half_sleep, deep_power_down;

 private:
  XspiTiming() = default;
  // All delays at that clock, checked by nobody.
  void set(const XspiDeviceConfig& device, Hertz hz);
  // Clocks of the longer of the shortest read and the shortest write.
  std::int64_t shortest_transaction() const;
};

}  // namespace subvolt::mem
