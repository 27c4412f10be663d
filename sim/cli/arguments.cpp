#include "sim/cli/arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>

#include "sim/config/error.h"

namespace subvolt::cli {

void Arguments::required(const std::string& name, std::string& target, const std::string& help) {
  command_.add_option(name, target, help)->required();
}

void Arguments::optional(const std::string& name, std::string& target, const std::string& help) {
  command_.add_option(name, target, help);
}

void Arguments::defaulted(const std::string& name, std::string& target, const std::string& help) {
  command_.add_option(name, target, help)->capture_default_str();
}

void Arguments::required_choice(const std::string& name, std::string& target, const std::vector<std::string>& choices,
                                const std::string& help) {
  command_.add_option(name, target, help)->required()->check(CLI::IsMember(choices));
}

void Arguments::optional_choice(const std::string& name, std::string& target, const std::vector<std::string>& choices,
                                const std::string& help) {
  command_.add_option(name, target, help)->check(CLI::IsMember(choices));
}

void Arguments::optional_choice(const std::string& name, std::function<void(const std::string&)> take,
                                const std::vector<std::string>& choices, const std::string& help) {
  command_.add_option_function<std::string>(name, std::move(take), help)->check(CLI::IsMember(choices));
}

void Arguments::number(const std::string& name, double& target, double min, double max, const std::string& help) {
  // A range alone lets pass what is no number.
  const auto finite = [](const std::string& text) {
    double value = 0.0;
    const bool number = CLI::detail::lexical_cast(text, value) && std::isfinite(value);
    return number ? std::string() : "Value " + text + " is no number";
  };
  command_.add_option(name, target, help)->check(finite)->check(CLI::Range(min, max));
}

void Arguments::whole_number(const std::string& name, std::optional<std::int64_t>& target, std::int64_t min,
                             std::int64_t max, const std::string& help) {
  // from_chars, unlike the conversion of the option, tells what does not fit.
  const auto whole = [min, max](const std::string& text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool good = error == std::errc() && end == text.data() + text.size() && value >= min && value <= max;
    return good
               ? std::string()
               : "expected a whole number from " + std::to_string(min) + " to " + std::to_string(max) + ", got " + text;
  };
  command_
      .add_option_function<std::int64_t>(
          name, [&target](std::int64_t value) { target = value; }, help)
      ->check(whole);
}

void Arguments::several(const std::string& name, std::vector<std::string>& target, const std::string& help) {
  command_.add_option(name, target, help);
}

void Arguments::repeatable(const std::string& name, std::vector<std::string>& target, const std::string& help) {
  command_.add_option(name, target, help)->take_all()->allow_extra_args(false);
}

void Arguments::flag(const std::string& name, bool& target, const std::string& help) {
  command_.add_flag(name, target, help);
}

void Arguments::hidden(const std::string& name, std::string& target, const std::string& help) {
  command_.add_option(name, target, help)->group("");
}

bool Arguments::given(const std::string& name) const {
  const CLI::Option* option = command_.get_option_no_throw(name);
  return option && option->count() > 0;
}

std::vector<std::string> Arguments::options() const {
  std::vector<std::string> names;
  for (const CLI::Option* option : static_cast<const CLI::App&>(command_).get_options()) {
    if (option->nonpositional()) names.push_back(option->get_name());
  }
  return names;
}

const CLI::App& Arguments::program() const { return *command_.get_parent(); }

void Arguments::parse(const std::vector<std::string>& words, const std::function<void(Arguments&)>& declare,
                      const std::string& what) {
  CLI::App command;
  Arguments arguments(command);
  declare(arguments);
  std::vector<std::string> backwards(words.rbegin(), words.rend());  // as CLI11 wants them
  try {
    command.parse(backwards);
  } catch (const CLI::ParseError& e) {
    throw Error(ErrorKind::kConfiguration, what + ": " + e.what());
  }
}

void Arguments::footer(std::function<std::string()> text) { command_.footer(std::move(text)); }

void Arguments::run(std::function<void()> action) { command_.callback(std::move(action)); }

}  // namespace subvolt::cli
