#include "models/mem/dram/command.h"

namespace subvolt::mem::dram {
namespace {
constexpr std::array<const char*, kCommands> kNames{"ACT",   "RD",  "RDA", "WR",  "WRA", "PRE",  "PREA", "REFab",
                                                    "REFpb", "PDE", "PDX", "SRE", "SRX", "DPDE", "DPDX"};
}

const char* to_text(Command c) { return kNames[static_cast<std::size_t>(c)]; }

std::optional<Command> command_from_text(const std::string& text) {
  for (int c = 0; c < kCommands; ++c) {
    if (text == kNames[static_cast<std::size_t>(c)]) return static_cast<Command>(c);
  }
  return std::nullopt;
}

}  // namespace subvolt::mem::dram
