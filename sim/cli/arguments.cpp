#include "sim/cli/arguments.h"

#include <CLI/CLI.hpp>

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
  command_.add_option(name, target, help)->check(CLI::Range(min, max));
}

void Arguments::repeatable(const std::string& name, std::vector<std::string>& target, const std::string& help) {
  command_.add_option(name, target, help)->take_all()->allow_extra_args(false);
}

void Arguments::flag(const std::string& name, bool& target, const std::string& help) {
  command_.add_flag(name, target, help);
}

void Arguments::footer(std::function<std::string()> text) { command_.footer(std::move(text)); }

void Arguments::run(std::function<void()> action) { command_.callback(std::move(action)); }

}  // namespace subvolt::cli
