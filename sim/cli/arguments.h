// The arguments of one subcommand, as its own file declares them.
//
// Only arguments.cpp, program.cpp and those that describe the whole program see the library behind this (CLI11): its
// header costs every file that reads it four seconds of compilation. Names are positionals in capitals ("FILE") or
// options ("-o,--output"). Every target has to outlive the parsing. Help texts break lines with \n.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}  // namespace CLI

namespace subvolt::cli {

class Arguments {
 public:
  explicit Arguments(CLI::App& command) : command_(command) {}

  void required(const std::string& name, std::string& target, const std::string& help);
  void optional(const std::string& name, std::string& target, const std::string& help);
  // Shows in --help what `target` holds when the option is not given.
  void defaulted(const std::string& name, std::string& target, const std::string& help);
  // One of `choices`; anything else is a usage error that lists them.
  void required_choice(const std::string& name, std::string& target, const std::vector<std::string>& choices,
                       const std::string& help);
  void optional_choice(const std::string& name, std::string& target, const std::vector<std::string>& choices,
                       const std::string& help);
  // The same, handed to `take` when the option is given.
  void optional_choice(const std::string& name, std::function<void(const std::string&)> take,
                       const std::vector<std::string>& choices, const std::string& help);
  void number(const std::string& name, double& target, double min, double max, const std::string& help);
  void whole_number(const std::string& name, std::optional<std::int64_t>& target, std::int64_t min, std::int64_t max,
                    const std::string& help);
  // A positional that takes as many words as there are, none as well.
  void several(const std::string& name, std::vector<std::string>& target, const std::string& help);
  // May be given again and again, one value each time.
  void repeatable(const std::string& name, std::vector<std::string>& target, const std::string& help);
  // "!--no-fuse" sets `target` to false.
  void flag(const std::string& name, bool& target, const std::string& help);

  // For programs: not in --help.
  void hidden(const std::string& name, std::string& target, const std::string& help);

  void footer(std::function<std::string()> text);
  // What the subcommand does with its arguments: throws subvolt::Error, prints to stdout what was asked for.
  void run(std::function<void()> action);

  // After parsing: whether the option was given, by name ("--net"); false for names that it has not.
  bool given(const std::string& name) const;
  std::vector<std::string> options() const;  // names of all that are no positionals
  const CLI::App& program() const;           // that the command belongs to

  // Parses words as if they were given to a command with the arguments that `declare` declares. Throws
  // Error(kConfiguration), `what` before it.
  static void parse(const std::vector<std::string>& words, const std::function<void(Arguments&)>& declare,
                    const std::string& what);

 private:
  CLI::App& command_;
};

}  // namespace subvolt::cli
