// Subcommands of `subvolt`. Each registers itself from its own source file; nobody lists them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/cli/arguments.h"

namespace subvolt::cli {

// Options that every subcommand has.
struct GlobalOptions {
  bool quiet = false;
  std::uint64_t seed = 0;
};

struct CommandEntry {
  std::string name;
  std::string summary;
  int order = 0;  // place in --help
  void (*declare)(Arguments& arguments, const GlobalOptions& globals) = nullptr;
};

// Call at namespace scope of the command's own file.
bool register_command(CommandEntry entry);
std::vector<CommandEntry> commands();  // by order

// Runs the program; the result is the exit code. Never exits by itself.
int run_program(int argc, char** argv);

}  // namespace subvolt::cli
