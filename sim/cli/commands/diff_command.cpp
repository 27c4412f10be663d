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

void declare(Arguments& arguments, const GlobalOptions&) {
  auto options = std::make_shared<Options>();
  arguments.required("A", options->before, "A result.json or its folder");
  arguments.required("B", options->after, "Another one");
  arguments.number("--tol", options->tolerance_percent, 0.0, 100.0, "Ignore changes up to this many percent");
  arguments.flag("--json", options->json, "Print JSON");
  arguments.run([options] {
    const report::Json before = report::read_result(options->before);
    const report::Json after = report::read_result(options->after);
    const report::Difference difference = report::compare(before, after, options->tolerance_percent / 100);
    std::cout << (options->json ? report::to_text(difference.json) : difference.text);
    if (difference.changed) throw Error(ErrorKind::kCondition, "the results differ");
  });
}

const bool diff_command_registered =
    register_command({"diff", "What changed between two results, and why", 50, declare});

}  // namespace
}  // namespace subvolt::cli
