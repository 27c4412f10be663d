// subvolt completions: scripts that let a shell complete commands, options, their values and shipped names.
#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "sim/cli/command.h"
#include "sim/cli/command_words.h"
#include "sim/config/error.h"
#include "sim/config/library.h"

namespace subvolt::cli {
namespace {

// What a shell runs to get the names of shipped documents: it does not read them.
std::string names_command(const std::vector<std::string>& kinds) {
  return "subvolt completions --names " + joined(kinds, ",");
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : listed_commands(app)) names.push_back(command->get_name());
  return names;
}

// What may follow `words` in bash: the values of an option, or files.
std::string bash_values(const OptionWords& option) {
  std::string reply = "compgen -f -- \"$word\"";
  if (!option.choices.empty()) reply = "compgen -W '" + joined(option.choices) + "' -- \"$word\"";
  if (!option.kinds.empty()) {
    reply += "; compgen -W \"$(" + names_command(option.kinds) + " 2>/dev/null)\" -- \"$word\"";
  }
  return reply;
}

std::string bash(const CLI::App& app) {
  std::string out =
      "# bash completion of subvolt\n"
      "_subvolt() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= i\n"
      "  for ((i = 1; i < COMP_CWORD; ++i)); do\n"
      "    [[ ${COMP_WORDS[i]} != -* ]] && { command=${COMP_WORDS[i]}; break; }\n"
      "  done\n"
      "  local IFS=$' \\t\\n' values= options='--help --version'\n"
      "  case $command in\n";
  for (const CLI::App* command : listed_commands(app)) {
    std::vector<std::string> names{"--quiet", "--seed"};
    std::string values, positional;
    for (const OptionWords& option : options_of(*command)) {
      names.insert(names.end(), option.names.begin(), option.names.end());
      if (option.type.empty()) continue;
      if (option.names.empty()) {
        if (positional.empty() || !option.kinds.empty()) positional = bash_values(option);
      } else {
        values += fmt::format("        {}) values=$({}) ;;\n", joined(option.names, "|"), bash_values(option));
      }
    }
    if (positional.empty()) positional = "true";
    out += fmt::format(
        "    {})\n      options='{}'\n      case $before in\n{}        *) [[ $word != -* ]] && values=$({}) ;;\n"
        "      esac ;;\n",
        command->get_name(), joined(names), values, positional);
  }
  out += fmt::format("    *) values=$(compgen -W '{}' -- \"$word\") ;;\n", joined(command_names(app)));
  return out +
         "  esac\n"
         "  [[ $word == -* ]] && values=$(compgen -W \"$options\" -- \"$word\")\n"
         "  COMPREPLY=($(printf '%s\\n' $values | sort -u))\n"
         "}\n"
         "complete -o filenames -F _subvolt subvolt\n";
}

// Text inside of single quotes, without what _arguments and fish take for more than text.
std::string plain(std::string text) {
  for (char& c : text) {
    if (c == '\'' || c == '[' || c == ']' || c == ':' || c == '\\' || c == '"' || c == '$' || c == '`') c = ' ';
  }
  return text;
}

std::string zsh_values(const OptionWords& option) {
  if (!option.choices.empty()) return "(" + joined(option.choices) + ")";
  if (!option.kinds.empty()) {
    return "{_alternative \"names:name:($(" + names_command(option.kinds) + "))\" files:file:_files}";
  }
  return "_files";
}

std::string zsh(const CLI::App& app) {
  std::string out =
      "#compdef subvolt\n# zsh completion of subvolt\n_subvolt() {\n  if (( CURRENT == 2 )); then\n"
      "    local -a commands\n"
      "    commands=(\n";
  for (const CLI::App* command : listed_commands(app)) {
    out += fmt::format("      '{}:{}'\n", command->get_name(), plain(command->get_description()));
  }
  out +=
      "    )\n    _describe command commands\n    return\n  fi\n  local command=$words[2]\n  shift words\n"
      "  (( CURRENT-- ))\n  case $command in\n";
  for (const CLI::App* command : listed_commands(app)) {
    out += fmt::format("    {})\n      _arguments", command->get_name());
    for (const OptionWords& option : options_of(*command)) {
      const std::string value =
          option.type.empty() ? "" : fmt::format(":{}:{}", plain(option.type), zsh_values(option));
      if (option.names.empty()) out += fmt::format(" \\\n        '*:{}:{}'", plain(option.label), zsh_values(option));
      for (const std::string& name : option.names) {
        out += fmt::format(" \\\n        '*{}[{}]{}'", name, plain(option.description), value);
      }
    }
    out += " ;;\n";
  }
  return out + "  esac\n}\n_subvolt \"$@\"\n";
}

std::string fish(const CLI::App& app) {
  std::string out = "# fish completion of subvolt\n";
  for (const CLI::App* command : listed_commands(app)) {
    out += fmt::format("complete -c subvolt -n __fish_use_subcommand -f -a {} -d '{}'\n", command->get_name(),
                       plain(command->get_description()));
    for (const OptionWords& option : options_of(*command)) {
      std::string line = fmt::format("complete -c subvolt -n '__fish_seen_subcommand_from {}'", command->get_name());
      for (const std::string& name : option.names) {
        line += name.rfind("--", 0) == 0 ? " -l " + name.substr(2) : " -s " + name.substr(1);
      }
      if (!option.type.empty() && !option.names.empty()) line += " -r";
      if (!option.choices.empty()) line += " -f -a '" + joined(option.choices) + "'";
      if (!option.kinds.empty()) line += " -a '(" + names_command(option.kinds) + ")'";
      out += line + " -d '" + plain(option.description) + "'\n";
    }
  }
  return out;
}

std::string names_of(const std::string& kinds) {
  std::string out;
  for (const config::Shelf& shelf : config::shelves()) {
    if (("," + kinds + ",").find("," + std::string(shelf.kind) + ",") == std::string::npos) continue;
    for (const std::string& name : config::shipped(shelf.kind)) out += name + "\n";
  }
  return out;
}

struct Options {
  std::string shell;
  std::string kinds;
};

void print(const Options& options, const CLI::App& program) {
  if (!options.kinds.empty()) {
    std::cout << names_of(options.kinds);
  } else if (options.shell.empty()) {
    throw Error(ErrorKind::kConfiguration, "SHELL is required: bash, zsh or fish");
  } else {
    std::cout << (options.shell == "bash" ? bash(program) : options.shell == "zsh" ? zsh(program) : fish(program));
  }
}

void declare(Arguments& arguments, const GlobalOptions&) {
  auto options = std::make_shared<Options>();
  arguments.optional_choice("SHELL", options->shell, {"bash", "zsh", "fish"}, "Which shell");
  arguments.hidden("--names", options->kinds, "Names of shipped documents instead: design,soc");
  arguments.run([options, &program = arguments.program()] { print(*options, program); });
}

const bool completions_command_registered =
    register_command({"completions", "Completions for a shell, to be put where it looks for them", 90, declare});

}  // namespace
}  // namespace subvolt::cli
