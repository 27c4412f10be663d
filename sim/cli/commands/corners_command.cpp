// subvolt corners: one design point under corners, voltages and temperatures.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>

#include "sim/cli/command.h"
#include "sim/cli/condition_options.h"
#include "sim/cli/design_options.h"
#include "sim/cli/progress.h"
#include "sim/report/technology/corner_report.h"
#include "sim/run/simulation.h"

namespace subvolt::cli {
namespace {

struct Options {
  DesignOptions design;
  std::string corners, voltages, temperatures;
  std::vector<std::string> budgets;
  std::string held;
  bool json = false;
};

constexpr std::size_t kUsualVoltages = 5;
constexpr std::size_t kMostPoints = 100'000;  // some three minutes of pricing

std::vector<power::Corner> all_corners(const power::Technology& technology) {
  std::vector<power::Corner> corners;
  for (const auto& [corner, name] : config::EnumNames<power::Corner>::names()) {
    if (corner == power::Corner::kTt || technology.process) corners.push_back(corner);
  }
  return corners;
}

run::Budgets budgets_of(const std::vector<std::string>& texts) {
  run::Budgets budgets;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : text.substr(equals + 1);
    std::vector<std::string> names;
    std::optional<run::Budget> budget;
    for (const auto& [known, word] : config::EnumNames<run::Budget>::names()) {
      names.push_back(word);
      if (word == name) budget = known;
    }
    if (!budget) throw_configuration("--budget: " + config::not_one_of(names, name) + "; such as latency=30ms");
    const std::string option = "--budget " + name;
    switch (*budget) {
      case run::Budget::kLatency:
        budgets.latency = parsed<Time>(option, value);
        break;
      case run::Budget::kEnergy:
        budgets.energy = parsed<Energy>(option, value);
        break;
      case run::Budget::kLeakage:
        budgets.leakage = parsed<Power>(option, value);
        break;
      case run::Budget::kFMax:
        budgets.f_max = parsed<Frequency>(option, value);
        break;
    }
  }
  return budgets;
}

void corners(Options& options, const GlobalOptions& globals) {
  run::DesignPoint point = run::read_design_point(options.design.request());
  run::CornerRequest request;
  request.corners = corners_of(options.corners, all_corners(point.technology));
  request.voltages = voltages_of(options.voltages, point, kUsualVoltages);
  request.temperatures = parsed_temperatures("--temperatures", options.temperatures);
  request.budgets = budgets_of(options.budgets);
  if (!options.held.empty()) request.held = parsed<Frequency>("--hold", options.held);
  const std::size_t points = request.corners.size() * request.voltages.size() * request.temperatures.size();
  if (points > kMostPoints) {
    throw_configuration("expected at most " + std::to_string(kMostPoints) + " conditions, got " +
                        std::to_string(points));
  }
  std::optional<run::Simulated> simulated;
  {
    const Progress progress("simulating", !globals.quiet);
    simulated.emplace(run::simulate(point, [&progress](double share) { progress(share); }));
  }
  const std::vector<run::CornerResult> results = run::corner_matrix(simulated->record, point, request);
  const std::string command = options.design.canonical("corners", point, globals.seed);
  std::cout << (options.json ? report::to_text(report::corners_json(results, point, request.budgets, command))
                             : report::corners_card(results, point));
  std::cout.flush();
  for (const run::CornerResult& result : results) {
    if (!result.missed.empty()) throw Error(ErrorKind::kCondition, "a budget is missed");
  }
}

void declare(Arguments& arguments, const GlobalOptions& globals) {
  auto options = std::make_shared<Options>();
  options->temperatures = "-40C,25C,85C,125C";
  options->design.add_to(arguments);
  arguments.optional("--corners", options->corners, "Such as ss,tt,ff; all that the technology has when absent");
  arguments.optional("--voltages", options->voltages,
                     "Of the scaled domain: 0.5V,0.8V or 0.4V..0.9V:20; five\nover its range when absent");
  arguments.defaulted("--temperatures", options->temperatures, "Between commas");
  arguments.repeatable("--budget", options->budgets,
                       "latency=30ms, energy=1mJ, leakage=2mW or f_max=100MHz:\n"
                       "what a condition must keep (repeatable); exit code 1\nwhere one does not");
  arguments.optional("--hold", options->held,
                     "Frequency of the scaled clock that body bias holds at\nevery condition, as weak as it can be");
  arguments.flag("--json", options->json, "Print JSON instead of the table");
  arguments.run([options, &globals] { corners(*options, globals); });
}

const bool corners_command_registered =
    register_command({"corners", "One design point under corners, voltages and temperatures", 35, declare});

}  // namespace
}  // namespace subvolt::cli
