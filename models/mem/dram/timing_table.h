// A device's timing rows at one clock, as numbers: what the scheduler asks.
//
// Unit: the tick. With Rounding::kClock a tick is a clock of the device and every time is rounded up to whole clocks,
// as controllers on the memory clock do. Rounding is not monotone in the frequency (18 ns is 18.75 ns at 800 MHz, but
// 19.7 ns at 812 MHz), so a slightly faster memory may answer later. With kExact a tick is a picosecond and every
// delay is what its time says: a non-increasing function of the frequency.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/mem/dram/command.h"
#include "models/mem/dram/device_config.h"
#include "sim/units/hertz.h"

namespace subvolt::mem::dram {

enum class Rounding { kClock, kExact };
enum class Level { kBank, kBankGroup, kRank };

struct TimingTable {
  // `point` 0 is the device's own clock, i its set-point i - 1; `frequency` is what it really runs at. Throws
  // kernel::ClockMisfit: a clock faster than that of the point, or so slow that refreshing takes all time.
  TimingTable(const DeviceConfig& device, std::size_t point, Hertz frequency, Rounding rounding,
              double refresh_multiplier = 1.0);

  // Begin of the command `from` to the earliest begin of `to`.
  struct Distance {
    Level level;
    Command to;
    std::int64_t ticks;
  };
  std::array<std::vector<Distance>, kCommands> after;
  struct Window {
    std::uint32_t from, to;  // sets of commands, by bit
    std::int64_t count;
    std::int64_t ticks;  // last clock of the count-th last to last clock
  };
  std::vector<Window> windows;

  std::array<bool, kCommands> has{};
  std::array<std::int64_t, kCommands> length{};  // on the command bus
  std::int64_t clock = 1;
  // From the begin of a column command to its first data, and the burst.
  std::int64_t read_data = 0, write_data = 0, burst = 0;
  std::int64_t refresh_interval = 0, bank_refresh_interval = 0;  // the latter 0 without REFpb
  std::int64_t set_point_switch = 0;
  // From a column command to another one of any kind, to any bank, at the least: by command, and of all.
  std::array<std::int64_t, kCommands> before_columns{};
  std::int64_t between_columns = 0;
  // From any command of a device at work to a refresh of all banks, with the precharge between, at the longest.
  std::int64_t until_refresh = 0;

  // The longest distance of one bank (or rank) between two commands; 0 when no row says any.
  std::int64_t distance(Command from, Command to) const;

 private:
  TimingTable() = default;
  void set(const DeviceConfig& device, std::size_t point, Hertz frequency, Rounding rounding,
           double refresh_multiplier);
  // Between two refreshes there is room for the refresh and for work: a row's whole cycle with a write.
  bool leaves_room() const;
  void add(Command from, Distance distance);
  void set_between_columns();
};

}  // namespace subvolt::mem::dram
