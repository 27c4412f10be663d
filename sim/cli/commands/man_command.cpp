// subvolt man: the manual page, from what the program itself knows of its commands.
#include <iostream>

#include "sim/cli/command.h"
#include "sim/cli/command_words.h"
#include "sim/report/version.h"

namespace subvolt::cli {
namespace {

// Text of a manual page: a line that begins with a dot or a quote would be a request.
std::string text(const std::string& words) {
  std::string out;
  for (const char c : words) {
    if (c == '\\') out += '\\';
    if (c == '-') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out.empty() || (out.front() != '.' && out.front() != '\'') ? out : "\\&" + out;
}

void print_option(const OptionWords& option) {
  std::string head;
  for (const std::string& name : option.names) head += (head.empty() ? "\\fB" : ", \\fB") + text(name) + "\\fR";
  if (option.names.empty()) head = "\\fI" + text(option.label) + "\\fR";
  if (!option.names.empty() && !option.type.empty()) head += " \\fI" + text(option.type) + "\\fR";
  std::cout << ".TP\n" << head << "\n" << text(option.description);
  if (!option.choices.empty()) std::cout << ": " << text(joined(option.choices, ", "));
  std::cout << "\n";
}

void print(const CLI::App& app) {
  std::cout << ".TH SUBVOLT 1 \"\" \"subvolt " << text(report::program_version()) << "\" \"Subvolt\"\n"
            << ".SH NAME\nsubvolt \\- energy, latency and TOPS/W of low\\-power AI accelerator SoCs\n"
            << ".SH SYNOPSIS\n.B subvolt\n.I COMMAND\n[\\fIOPTIONS\\fR]\n"
            << ".SH DESCRIPTION\n"
            << text(app.get_description()) << "\n.SH OPTIONS\n";
  for (const OptionWords& option : options_of(app)) print_option(option);
  std::cout << ".SH COMMANDS\n";
  for (const CLI::App* command : listed_commands(app)) {
    std::cout << ".SS subvolt " << text(command->get_name()) << "\n" << text(command->get_description()) << "\n";
    for (const OptionWords& option : options_of(*command)) print_option(option);
  }
  std::cout << ".SH EXIT STATUS\n"
            << text(app.get_footer()) << "\n"
            << ".SH ENVIRONMENT\n.TP\n.B SUBVOLT_DATA\nFolder of the shipped documents, if not the one beside the "
               "program.\n.TP\n.B NO_COLOR\nNo colours.\n";
}

void declare(Arguments& arguments, const GlobalOptions&) {
  arguments.run([&program = arguments.program()] { print(program); });
}

const bool man_command_registered = register_command({"man", "The manual page, for man(1)", 91, declare});

}  // namespace
}  // namespace subvolt::cli
