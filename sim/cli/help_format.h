// --help in at most 80 columns: descriptions broken into lines, choices told in them.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace subvolt::cli {

class HelpFormat : public CLI::Formatter {
 public:
  HelpFormat();
  std::string make_option_opts(const CLI::Option* option) const override;
  std::string make_option_desc(const CLI::Option* option) const override;
  std::string make_description(const CLI::App* app) const override;
  std::string make_subcommand(const CLI::App* command) const override;
};

// What an option may be, from its check: {"burst", "cycle"}; empty when it is free.
std::vector<std::string> choices_of(const CLI::Option& option);
// Its description without line breaks.
std::string description_of(const CLI::Option& option);

}  // namespace subvolt::cli
