// subvolt yield: one design point on many chips.
#include <iostream>
#include <memory>
#include <optional>

#include "sim/cli/command.h"
#include "sim/cli/condition_options.h"
#include "sim/cli/design_options.h"
#include "sim/cli/progress.h"
#include "sim/cli/shell_words.h"
#include "sim/report/run_folder.h"
#include "sim/report/technology/yield_report.h"
#include "sim/run/simulation.h"

namespace subvolt::cli {
namespace {

constexpr double kUsualShare = 0.99;

struct Options {
  DesignOptions design;
  std::string frequency, power, voltages, folder;
  std::optional<std::int64_t> samples;
  double share = kUsualShare;
  bool json = false;
};

constexpr std::int64_t kMostSamples = 10'000'000;
constexpr std::size_t kMostVoltages = 2000;

void yield(Options& options, const GlobalOptions& globals) {
  run::DesignPoint point = run::read_design_point(options.design.request());
  run::YieldRequest request;
  request.voltages = voltages_of(options.voltages, point, 0);
  if (request.voltages.size() > kMostVoltages) {
    throw_configuration("--voltages: expected at most " + std::to_string(kMostVoltages) + ", got " +
                        std::to_string(request.voltages.size()));
  }
  if (!options.frequency.empty()) request.frequency = parsed<Frequency>("--frequency", options.frequency);
  if (!options.power.empty()) request.power = parsed<Power>("--max-power", options.power);
  if (request.frequency && !(*request.frequency >= Frequency::from_si(1.0))) {
    throw_configuration("--frequency: expected at least 1 Hz, got \"" + options.frequency + "\"");
  }
  request.share = options.share;
  if (options.samples) request.samples = *options.samples;
  request.seed = globals.seed;
  std::optional<report::RunFolder> folder;
  if (!options.folder.empty()) folder.emplace(options.folder);
  std::optional<run::Simulated> simulated;
  {
    const Progress progress("simulating", !globals.quiet);
    simulated.emplace(run::simulate(point, [&progress](double share) { progress(share); }));
  }
  const run::YieldResult result = run::chip_yield(simulated->record, point, request);
  std::string command = options.design.canonical("yield", point, globals.seed);
  if (options.samples) command += " --samples " + std::to_string(*options.samples);
  if (request.frequency) command += " --frequency " + cli::quoted(options.frequency);
  if (request.power) command += " --max-power " + cli::quoted(options.power);
  if (!options.voltages.empty()) command += " --voltages " + cli::quoted(options.voltages);
  if (request.share != kUsualShare) command += " --share " + shortest(request.share);
  const std::string json = report::to_text(report::yield_json(result, point, request, command));
  if (folder) {
    folder->add(report::kYieldFile, json);
    folder->add(report::kChipsTable, report::chips_csv(result));
    folder->write();
  }
  std::cout << (options.json ? json : report::yield_card(result, point, request));
  std::cout.flush();
  if (folder && !globals.quiet) std::cerr << "results in " << folder->path() << "\n";
}

void declare(Arguments& arguments, const GlobalOptions& globals) {
  auto options = std::make_shared<Options>();
  options->design.add_to(arguments);
  arguments.whole_number("--samples", options->samples, 1, kMostSamples, "Chips to draw; 10000 when absent");
  arguments.optional("--frequency", options->frequency,
                     "That the scaled clock of a chip must make; that of the\nrun when absent");
  arguments.optional("--max-power", options->power, "That a chip must not exceed at it");
  arguments.optional("--voltages", options->voltages,
                     "Supplies to choose from: 0.5V,0.8V or 0.4V..0.9V:20;\nin steps of 10 mV when absent");
  arguments.number("--share", options->share, 0.001, 0.999999, "Of chips, that one supply for all must serve");
  arguments.optional("-o,--output", options->folder, "Folder for yield.json and chips.csv");
  arguments.flag("--json", options->json, "Print yield.json instead of the card");
  arguments.run([options, &globals] { yield(*options, globals); });
}

const bool yield_command_registered = register_command({"yield", "One design point on many chips", 36, declare});

}  // namespace
}  // namespace subvolt::cli
