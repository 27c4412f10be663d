#include "sim/cli/help_format.h"

#include <sstream>

namespace subvolt::cli {
namespace {

constexpr std::size_t kWidth = 79;
constexpr std::size_t kNames = 24;  // columns of names and values

std::string broken(const std::string& text, std::size_t width) {
  std::string out;
  std::size_t used = 0;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const bool fits = used == 0 || used + 1 + word.size() <= width;
    if (used > 0) out += fits ? " " : "\n";
    used = (fits && used > 0 ? used + 1 : 0) + word.size();
    out += word;
  }
  return out;
}

// "TEXT:{a,b}" is a type and what its check says.
std::string type_of(const CLI::Option& option) {
  const std::string name = option.get_type_name();
  return name.substr(0, name.find(':'));
}

}  // namespace

HelpFormat::HelpFormat() { column_width(kNames); }

std::vector<std::string> choices_of(const CLI::Option& option) {
  const std::string name = option.get_type_name();
  const std::size_t begin = name.find(":{");
  const std::size_t end = name.find('}', begin == std::string::npos ? 0 : begin);
  std::vector<std::string> all;
  if (begin == std::string::npos || end == std::string::npos) return all;
  std::istringstream list(name.substr(begin + 2, end - begin - 2));
  for (std::string choice; std::getline(list, choice, ',');) all.push_back(choice);
  return all;
}

std::string description_of(const CLI::Option& option) {
  return broken(option.get_description(), std::string::npos / 2);
}

std::string HelpFormat::make_option_opts(const CLI::Option* option) const {
  if (option->get_type_size() == 0) return "";
  std::string text = " " + type_of(*option);
  if (option->get_expected_max() == CLI::detail::expected_max_vector_size) text += " ...";
  if (option->get_required()) text += " REQUIRED";
  return text;
}

std::string HelpFormat::make_option_desc(const CLI::Option* option) const {
  std::string text = option->get_description();
  const std::vector<std::string> choices = choices_of(*option);
  for (std::size_t i = 0; i < choices.size(); ++i) text += (i == 0 ? ": " : ", ") + choices[i];
  return broken(text, kWidth - kNames);
}

std::string HelpFormat::make_description(const CLI::App* app) const {
  const std::string text = app->get_description();
  return text.empty() ? "" : broken(text, kWidth) + "\n";
}

std::string HelpFormat::make_subcommand(const CLI::App* command) const {
  std::ostringstream out;
  CLI::detail::format_help(out, command->get_name(), broken(command->get_description(), kWidth - kNames), kNames);
  return out.str();
}

}  // namespace subvolt::cli
