// The commands of JEDEC DRAMs, as memory documents, schedules and tests name them.
#pragma once

#include <array>
#include <optional>
#include <string>

namespace subvolt::mem::dram {

enum class Command {
  kAct,
  kRead,
  kReadAutoPrecharge,
  kWrite,
  kWriteAutoPrecharge,
  kPrecharge,
  kPrechargeAll,
  kRefreshAll,
  kRefreshBank,
  kPowerDownEntry,
  kPowerDownExit,
  kSelfRefreshEntry,
  kSelfRefreshExit,
  kDeepPowerDownEntry,
  kDeepPowerDownExit
};
inline constexpr int kCommands = 15;

constexpr int index(Command c) { return static_cast<int>(c); }

// "ACT", "RD", "RDA", "WR", "WRA", "PRE", "PREA", "REFab", "REFpb", "PDE", "PDX", "SRE", "SRX", "DPDE", "DPDX".
const char* to_text(Command c);
std::optional<Command> command_from_text(const std::string& text);

// Acts on one bank, not on the whole rank.
constexpr bool on_one_bank(Command c) { return index(c) <= index(Command::kPrecharge) || c == Command::kRefreshBank; }

constexpr bool is_column(Command c) { return c >= Command::kRead && c <= Command::kWriteAutoPrecharge; }

}  // namespace subvolt::mem::dram
