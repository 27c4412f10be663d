#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <memory>

#include "sim/cli/command.h"
#include "sim/cli/help_format.h"
#include "sim/cli/legible_output.h"
#include "sim/cli/usage_error.h"
#include "sim/config/error.h"
#include "sim/config/text.h"
#include "sim/report/version.h"

namespace subvolt::cli {
namespace {

std::vector<CommandEntry>& registry() {
  static std::vector<CommandEntry> all;
  return all;
}

constexpr int kInterrupted = 130;

// Every file is written whole or not at all, so there is nothing to clean up.
extern "C" void on_interrupt(int) { _exit(kInterrupted); }

constexpr const char* kFooter =
    "Exit codes: 0 fine, 1 a requested condition is not met, 2 bad usage or\n"
    "configuration, 3 an invariant was violated, 4 internal error, 130 interrupted.";

// Arguments go into results, which are UTF-8.
void check_arguments(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (config::first_invalid_utf8(argv[i]) == std::string::npos) continue;
    throw Error(ErrorKind::kConfiguration, "argument " + std::to_string(i) + " is no valid UTF-8: \"" +
                                               config::excerpt(config::legible(argv[i])) + "\"");
  }
}

// An empty value is a slip, such as an unset variable of a script; an option that is not wanted is left out.
void refuse_empty_values(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    if (option->get_items_expected_max() == 0) continue;
    option->check([](const std::string& value) { return value.empty() ? "expected a value, got \"\"" : ""; });
  }
  for (CLI::App* below : app.get_subcommands({})) refuse_empty_values(*below);
}

int report(const std::string& text, ErrorKind kind) {
  std::cerr << config::legible(text) << "\n";
  return static_cast<int>(kind);
}

}  // namespace

bool register_command(CommandEntry entry) {
  registry().push_back(entry);
  return true;
}

std::vector<CommandEntry> commands() {
  std::vector<CommandEntry> all = registry();
  std::sort(all.begin(), all.end(), [](const CommandEntry& a, const CommandEntry& b) { return a.order < b.order; });
  return all;
}

int run_program(int argc, char** argv) {
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);  // stdout and stderr are ours
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
  const LegibleOutput legible(std::cout);

  CLI::App app("Subvolt: energy, latency and TOPS/W of low-power AI accelerator SoCs, and why.", "subvolt");
  GlobalOptions globals;
  app.add_flag("--quiet", globals.quiet, "No progress and no notes on stderr");
  app.add_option_function<std::int64_t>(
         "--seed", [&globals](std::int64_t seed) { globals.seed = static_cast<std::uint64_t>(seed); },
         "Seed of everything random; recorded in the result")
      ->check([](const std::string& text) {
        std::int64_t seed = -1;  // from_chars, unlike the conversion of the option, tells what does not fit
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
        const bool good = error == std::errc() && end == text.data() + text.size() && seed >= 0;
        return good ? std::string() : "expected an integer from 0 to 9223372036854775807, got " + text;
      });
  app.set_version_flag("--version", "subvolt " + report::program_version() + " (" + report::git_revision() + ")");
  app.require_subcommand(1);
  app.fallthrough();
  app.footer(kFooter);
  app.formatter(std::make_shared<HelpFormat>());  // commands inherit it
  for (const CommandEntry& entry : commands()) {
    Arguments arguments(*app.add_subcommand(entry.name, entry.summary));
    entry.declare(arguments, globals);
  }
  refuse_empty_values(app);
  try {
    check_arguments(argc, argv);
    app.parse(argc, argv);
    std::cout.flush();
    if (!std::cout) return report("cannot write to stdout", ErrorKind::kConfiguration);
    return 0;
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return app.exit(e);
    return report(usage_error(app, e), ErrorKind::kConfiguration);
  } catch (const Error& e) {
    std::cout.flush();
    return report(e.what(), e.kind());
  } catch (const std::exception& e) {
    return report("internal error: " + std::string(e.what()), ErrorKind::kInternal);
  }
}

}  // namespace subvolt::cli
