// subvolt scenario: what days and years cost.
#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>

#include "sim/cli/command.h"
#include "sim/config/library.h"
#include "sim/report/run_folder.h"
#include "sim/report/scenario/scenario_result.h"
#include "sim/run/days/design_costs.h"
#include "sim/scenario/engine/engines.h"

namespace subvolt::cli {
namespace {

struct Options {
  std::string file, replay, folder;
  std::vector<std::string> sets;
  bool expected = false, simulate = false, json = false;
};

// A trace on the command line stands for the arrivals of all sources, or of those that its column `source` names.
void replay_from(const std::string& trace, const std::string& file, std::vector<config::Override>& overrides) {
  config::Node section;
  const scenario::Scenario said = scenario::read_any_scenario(file, overrides, section);
  for (const auto& [name, source] : said.sources) {
    (void)source;
    // The other keys of the source go with its kind.
    const config::Node& node = *section.find("sources")->find(name);
    const bool named = said.sources.size() > 1;
    for (const config::Node::Entry& entry : node.entries()) {
      const std::string& key = entry.key;
      if (key == "length" || key == "prevalence" || key == "kind" || key == "csv" || (key == "source" && named))
        continue;
      overrides.push_back(config::Override::parse("scenario.sources." + name + "." + entry.key + "=null"));
    }
    overrides.push_back(config::Override::parse("scenario.sources." + name + ".kind=replay"));
    overrides.push_back(config::Override::parse("scenario.sources." + name + ".csv=" + trace));
    if (named) {
      overrides.push_back(config::Override::parse("scenario.sources." + name + ".source=" + name));
    }
  }
}

void contributors(const report::Json& result, std::ostream& out) {
  std::vector<std::pair<double, std::string>> all;
  for (const auto& [name, s] : result.at("stages").items()) {
    all.emplace_back(s.at("source_energy_per_day_J").get<double>(), "stage " + name);
  }
  for (const auto& [name, d] : result.at("devices").items()) {
    all.emplace_back(d.at("source_energy_per_day_J").get<double>(), "rest of " + name);
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  for (std::size_t i = 0; i < std::min<std::size_t>(all.size(), 5); ++i) {
    out << "  " << to_text(Energy::from_si(all[i].first), 4) << " a day  " << all[i].second << "\n";
  }
}

void run(const Options& options, const GlobalOptions& globals) {
  if (options.expected + options.simulate + !options.replay.empty() > 1) {
    throw_configuration("expected one of --expected, --simulate and --replay");
  }
  const std::string file = config::find("scenario", options.file);
  std::vector<config::Override> overrides;
  for (const std::string& set : options.sets) overrides.push_back(config::Override::parse(set));
  if (!options.replay.empty()) replay_from(options.replay, file, overrides);
  std::optional<report::RunFolder> folder;
  if (!options.folder.empty()) folder.emplace(options.folder);
  config::Node section;
  scenario::Scenario said = scenario::read_any_scenario(file, overrides, section);
  const bool events =
      options.simulate || !options.replay.empty() || (!options.expected && said.mode == scenario::Mode::kSimulate);
  const std::uint64_t seed = globals.seed != 0 ? globals.seed : static_cast<std::uint64_t>(said.seed);
  run::DesignCosts costs;
  scenario::Model model = scenario::resolve(std::move(said), section, &costs);
  const scenario::Outcome outcome = events ? scenario::simulate(model, seed) : scenario::expected(model);
  const report::Json result = report::scenario_result(outcome);
  std::cout << (options.json ? report::to_text(result) : report::scenario_card(result));
  std::cout.flush();
  if (folder) {
    folder->add(report::kResultFile, report::to_text(result));
    folder->write();
  }
  std::string missed;
  for (const scenario::Verdict& verdict : outcome.budget) {
    if (!verdict.met) missed += (missed.empty() ? "" : ", ") + verdict.name;
  }
  if (missed.empty()) return;
  if (!globals.quiet) {
    std::cerr << "what it goes to:\n";
    contributors(result, std::cerr);
  }
  throw Error(ErrorKind::kCondition, "budget missed: " + missed);
}

void declare(Arguments& arguments, const GlobalOptions& globals) {
  auto options = std::make_shared<Options>();
  arguments.required("SCENARIO", options->file, "A scenario of days: a shipped name or a file");
  arguments.flag("--expected", options->expected, "In closed form");
  arguments.flag("--simulate", options->simulate, "Event by event, with random numbers");
  arguments.optional(
      "--replay", options->replay,
      "Event by event, with the arrivals of a CSV:\ncolumns time_s and, if it has them, length_s,\nlabel and source");
  arguments.repeatable("--set", options->sets, "scenario.KEY=X: one value of the document; repeatable");
  arguments.optional("-o,--output", options->folder, "Folder for result.json");
  arguments.flag("--json", options->json, "Print the result as JSON instead of the card");
  arguments.run([options, &globals] { run(*options, globals); });
}

const bool scenario_command_registered =
    register_command({"scenario", "What days and years cost: power, lifetime, latency, losses", 45, declare});

}  // namespace
}  // namespace subvolt::cli
