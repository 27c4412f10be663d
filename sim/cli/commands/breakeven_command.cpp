// subvolt breakeven: how long a rest must be so that a deeper state pays.
#include <iostream>
#include <memory>

#include "sim/cli/command.h"
#include "sim/cli/design_options.h"
#include "sim/cli/progress.h"
#include "sim/report/days/break_even_report.h"

namespace subvolt::cli {
namespace {

struct Options {
  DesignOptions design;
  std::string domain;
  bool json = false;
};

void breakeven(Options& options, const GlobalOptions& globals) {
  const run::Request request = options.design.request();
  const run::DesignPoint point = run::read_design_point(request);
  run::BreakEvens found;
  {
    const Progress progress("simulating", !globals.quiet);
    progress(0.0);
    found = run::break_evens(request, options.domain, [&progress](double share) { progress(share); });
  }
  const report::Json json = report::break_even_json(found, point.name, point.network.name);
  std::cout << (options.json ? report::to_text(json) : report::break_even_card(json));
  std::cout.flush();
  if (!globals.quiet) std::cerr << found.simulations << " simulations\n";
}

void declare(Arguments& arguments, const GlobalOptions& globals) {
  auto options = std::make_shared<Options>();
  options->design.add_to(arguments);
  arguments.optional("--domain", options->domain,
                     "A power domain, or chip for the modes of the chip as a\nwhole; all when absent");
  arguments.flag("--json", options->json, "Print JSON instead of the tables");
  arguments.run([options, &globals] { breakeven(*options, globals); });
}

const bool breakeven_command_registered =
    register_command({"breakeven", "How long a rest must be so that a deeper state pays", 46, declare});

}  // namespace
}  // namespace subvolt::cli
