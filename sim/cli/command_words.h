// The program's commands and options as data, for completions and the manual: read from what parses them, so that they
// cannot drift.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace subvolt::cli {

// Commands for people, by place in --help.
std::vector<const CLI::App*> listed_commands(const CLI::App& app);

struct OptionWords {
  std::vector<std::string> names;    // "-o", "--output"; empty: a positional
  std::string label;                 // "DESIGN" of a positional
  std::string description;           // without line breaks
  std::string type;                  // "TEXT"; empty for flags
  std::vector<std::string> choices;  // all values there are, if they are few
  std::vector<std::string> kinds;    // of shipped documents that it names: "design", "soc"
};
std::vector<OptionWords> options_of(const CLI::App& command);

// Blanks between words: "-o --output".
std::string joined(const std::vector<std::string>& words, const std::string& between = " ");

}  // namespace subvolt::cli
