// subvolt thermal: how hot a run makes its chip, in a package, at ambient temperatures.
#include <iostream>
#include <memory>
#include <optional>

#include "sim/cli/command.h"
#include "sim/cli/design_options.h"
#include "sim/cli/condition_options.h"
#include "sim/cli/progress.h"
#include "sim/report/technology/heat_report.h"
#include "sim/run/simulation.h"

namespace subvolt::cli {
namespace {

struct Options {
  DesignOptions design;
  std::string package = "qfn48", ambients = "25C,60C", limit;
  bool throttle = false, json = false;
};

void thermal(Options& options, const GlobalOptions& globals) {
  run::DesignPoint point = run::read_design_point(options.design.request());
  run::HeatRequest request;
  request.package = power::read_package(options.package);
  request.ambients = parsed_temperatures("--ambient", options.ambients);
  if (!options.limit.empty()) request.limit = parsed_temperature("--limit", options.limit);
  request.throttle = options.throttle;
  std::optional<run::Simulated> simulated;
  {
    const Progress progress("simulating", !globals.quiet);
    simulated.emplace(run::simulate(point, [&progress](double share) { progress(share); }));
  }
  const std::vector<run::HeatResult> results = run::heat_of(simulated->record, point, request);
  const std::string command = options.design.canonical("thermal", point, globals.seed);
  std::cout << (options.json ? report::to_text(report::heat_json(results, point, request, command))
                             : report::heat_card(results, point, request));
  std::cout.flush();
  for (const run::HeatResult& result : results) {
    if (result.above_limit) throw Error(ErrorKind::kCondition, "the junction is hotter than its limit");
  }
}

void declare(Arguments& arguments, const GlobalOptions& globals) {
  auto options = std::make_shared<Options>();
  options->design.add_to(arguments);
  arguments.defaulted("--package", options->package, "A package of `subvolt list packages`, or a file");
  arguments.defaulted("--ambient", options->ambients, "Around the package; between commas");
  arguments.optional("--limit", options->limit,
                     "Of the junction, such as 85C; the package's rating when\nabsent; exit code 1 where it is hotter");
  arguments.flag("--throttle", options->throttle,
                 "Lower the scaled domain's voltage, and the clocks with\nit, until the junction keeps the limit");
  arguments.flag("--json", options->json, "Print JSON instead of the table");
  arguments.run([options, &globals] { thermal(*options, globals); });
}

const bool thermal_command_registered =
    register_command({"thermal", "How hot a run makes its chip, and how far it throttles", 36, declare});

}  // namespace
}  // namespace subvolt::cli
