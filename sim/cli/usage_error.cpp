#include "sim/cli/usage_error.h"

#include <vector>

#include "sim/config/diagnostics.h"

namespace subvolt::cli {
namespace {

// The command whose words were read last, and those above it.
std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  std::vector<const CLI::App*> all{&app};
  while (!all.back()->get_subcommands().empty()) all.push_back(all.back()->get_subcommands().front());
  return all;
}

std::vector<std::string> option_names(const std::vector<const CLI::App*>& commands) {
  std::vector<std::string> names;
  for (const CLI::App* command : commands) {
    for (const CLI::Option* option : command->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
      for (const std::string& name : option->get_snames()) names.push_back("-" + name);
    }
  }
  return names;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!command->get_group().empty()) names.push_back(command->get_name());
  }
  return names;
}

std::string what_is_wrong(const CLI::App& app, const std::vector<const CLI::App*>& commands,
                          const CLI::ParseError& error) {
  const std::vector<std::string> left = app.remaining(true);
  for (const std::string& word : left) {
    if (word.size() < 2 || word.front() != '-') continue;
    const std::string name = word.substr(0, word.find('='));
    return "unknown option " + name + config::did_you_mean(name, option_names(commands));
  }
  if (left.empty()) return error.what();
  if (commands.size() == 1) {
    return "unknown command \"" + left.front() + "\"" + config::did_you_mean(left.front(), command_names(app));
  }
  return "unexpected argument \"" + left.front() + "\"";
}

}  // namespace

std::string usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const auto commands = commands_of(app);
  std::string name;
  for (const CLI::App* command : commands) name += (name.empty() ? "" : " ") + command->get_name();
  return what_is_wrong(app, commands, error) + "\n`" + name + " --help` shows what it takes.";
}

}  // namespace subvolt::cli
