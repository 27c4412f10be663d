// What a memory document of kind dram says at one clock, as numbers, worked out without any code of models/mem/dram:
// own reading of quantities, own sums, own rounding. The model is checked against this.
//
// Unit: the tick, a clock of the device, or a picosecond where delays are exact (`exact`). Distances of rows are
// JEDEC's, from the last clock of one command to the last clock of the other.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/config/node.h"
#include "sim/units/hertz.h"
#include "sim/units/picoseconds.h"

namespace subvolt::test {

// Commands by position in dram_command_names(); -1: no such command.
inline constexpr int kDramCommands = 15;
const std::array<const char*, kDramCommands>& dram_command_names();
int dram_command(const std::string& name);
// Acts on one bank.
bool for_one_bank(int command);

struct DramRow {
  enum class Level { kBank, kGroup, kRank } level = Level::kRank;
  std::uint32_t from = 0, to = 0;  // commands, by bit
  std::int64_t delay = 0;          // ticks, last clock to last clock
  int window = 1;
  std::string text;  // of the document, for messages

  bool has_from(int command) const { return (from >> command & 1U) != 0; }
  bool has_to(int command) const { return (to >> command & 1U) != 0; }
};

struct DramSheet {
  Hertz hz{};
  bool exact = false;
  std::int64_t clock = 1;  // ticks
  int banks = 0, groups = 0;
  std::array<std::int64_t, kDramCommands> length{};  // on the command bus, in ticks; 0: the device has no such command
  std::vector<DramRow> rows;
  std::int64_t read = 0, write = 0, burst = 0;  // last clock of the column command to first data; data
  Picoseconds interval{}, turn_interval{};      // of refreshes: all banks; one bank after the other (0: never)
  std::int64_t switching = 0;                   // to another set-point

  bool has(const char* command) const { return length[static_cast<std::size_t>(dram_command(command))] > 0; }
  std::int64_t length_of(int command) const { return length[static_cast<std::size_t>(command)]; }
  // The longest delay that the rows want between two commands to one bank; 0: none.
  std::int64_t delay(const char* from, const char* to) const;
  Picoseconds time(std::int64_t ticks) const;  // floor
  std::int64_t ticks(Picoseconds ps) const;    // the first tick that does not begin before
};

struct DramClocking {
  std::size_t set_point = 0;  // 0: the device's own clock, i: entry i - 1 of set_points
  Hertz hz{};                 // 0: the clock of the set-point
  bool exact = false;
  double refresh_multiplier = 1.0;
};

// `device` is the document's `device:`. Expects a document that the model accepts.
DramSheet read_dram_sheet(const config::Node& device, const DramClocking& clocking = {});
// The `device:` of a shipped document, with overrides such as {"parameters.tRRD.time", "5 ns"}.
config::Node shipped_dram(const std::string& name,
                          const std::vector<std::pair<std::string, std::string>>& overrides = {});

}  // namespace subvolt::test
