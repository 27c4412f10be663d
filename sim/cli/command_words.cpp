#include "sim/cli/command_words.h"

#include "sim/cli/help_format.h"

namespace subvolt::cli {
namespace {

// Options that name a shipped document, by their name; a fact about the library, not about parsing.
struct Names {
  const char* option;
  std::vector<std::string> kinds;
};
const std::vector<Names>& named_documents() {
  static const std::vector<Names> all{{"DESIGN", {"design", "soc"}},
                                      {"--net", {"network"}},
                                      {"FILE", {"network"}},
                                      {"--power", {"power"}},
                                      {"--technology", {"technology"}},
                                      {"--soc", {"soc"}},
                                      {"DEVICE", {"memory"}},
                                      {"POINTS", {"comparison", "design", "soc"}}};
  return all;
}

}  // namespace

std::vector<const CLI::App*> listed_commands(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* command) { return !command->get_group().empty(); });
}

std::vector<OptionWords> options_of(const CLI::App& command) {
  std::vector<OptionWords> all;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_group().empty()) continue;  // for programs
    OptionWords words;
    for (const std::string& name : option->get_snames()) words.names.push_back("-" + name);
    for (const std::string& name : option->get_lnames()) words.names.push_back("--" + name);
    if (words.names.empty()) words.label = option->get_single_name();
    words.description = description_of(*option);
    words.choices = choices_of(*option);
    if (option->get_type_size() != 0) {
      const std::string type = option->get_type_name();
      words.type = type.substr(0, type.find(':'));
    }
    const std::string key = words.names.empty() ? words.label : words.names.back();
    for (const Names& named : named_documents()) {
      if (named.option == key) words.kinds = named.kinds;
    }
    all.push_back(std::move(words));
  }
  return all;
}

std::string joined(const std::vector<std::string>& words, const std::string& between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

}  // namespace subvolt::cli
