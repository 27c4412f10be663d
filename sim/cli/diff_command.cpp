// subvolt diff: what changed between two results, and why.
#include <iostream>
#include <memory>

#include "sim/cli/command.h"
#include "sim/report/difference.h"

namespace subvolt::cli {
namespace {

struct Options {
  std::string before;
  std::string after;
  double tolerance_percent = 0.0;
  bool json = false;
};

void add(CLI::App& app, const GlobalOptions&) {
  auto* command = app.add_subcommand("diff", "What changed between two results, and why");
  auto options = std::make_shared<Options>();
  command->add_option("A", options->before, "A result.json or its folder")->required();
  command->add_option("B", options->after, "Another one")->required();
  command->add_option("--tol", options->tolerance_percent, "Ignore changes up to this many percent")
      ->check(CLI::Range(0.0, 100.0));
  command->add_flag("--json", options->json, "Print JSON");
  command->callback([options] {
    const report::Json before = report::read_result(options->before);
    const report::Json after = report::read_result(options->after);
    const report::Difference difference = report::compare(before, after, options->tolerance_percent / 100);
    std::cout << (options->json ? report::to_text(difference.json) : difference.text);
    if (difference.changed) throw Error(ErrorKind::kCondition, "the results differ");
  });
}

const bool registered = register_command({50, add});

}  // namespace
}  // namespace subvolt::cli
