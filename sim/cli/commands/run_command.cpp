// subvolt run: one design point.
#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>

#include "sim/cli/command.h"
#include "sim/cli/design_options.h"
#include "sim/cli/design_run.h"
#include "sim/cli/output_folder.h"
#include "sim/cli/progress.h"
#include "sim/cli/rewrite_options.h"
#include "sim/report/summary_card.h"
#include "sim/report/version.h"
#include "sim/run/resolved.h"

namespace subvolt::cli {
namespace {

struct Options {
  DesignOptions design;
  std::string folder;
  bool json = false;
  bool trace = false;
};

void run_design_point(Options& options, const GlobalOptions& globals) {
  const auto start = std::chrono::steady_clock::now();
  const run::Request request = options.design.request();
  run::DesignPoint point = run::read_design_point(request);
  // Before the work: whether there is a place for its results.
  report::RunFolder folder(options.folder.empty() ? options.design.default_folder(point) : options.folder);
  const auto read = std::chrono::steady_clock::now();
  if (!globals.quiet) note_quantized(point.network.name, point.asked, point.quantized);
  std::uint64_t seed = globals.seed;
  if (seed == 0 && options.design.repeated()) seed = static_cast<std::uint64_t>(options.design.repeated()->seed);
  const std::string command = options.design.canonical("run", point, seed);
  std::optional<DesignRun> done;
  {
    const Progress progress("simulating", !globals.quiet);
    done.emplace(
        point, command, seed, [&progress](double share) { progress(share); },
        options.trace ? run::Timeline::kOfAllRuns : run::Timeline::kOfShortRuns);
  }
  const auto simulated = std::chrono::steady_clock::now();

  add_result(folder, done->inputs(), done->result());
  if (const auto& spans = done->simulated().spans) {
    add_trace(folder, *spans, run::trace_by_cause(done->simulated().record, point));
    if (!globals.quiet) note_cut(*spans, done->simulated().record.total_time);
  }
  folder.add(report::kConfigFile, run::resolved(request, point,
                                                {"subvolt " + report::program_version(), command, seed,
                                                 options.design.options_beside_documents()}));
  const auto seconds = [](auto from, auto to) { return std::chrono::duration<double>(to - from).count(); };
  std::ostringstream log;
  log << log_header() << "seconds: read " << seconds(start, read) << ", simulate and price " << seconds(read, simulated)
      << ", write " << seconds(simulated, std::chrono::steady_clock::now()) << "\n";
  folder.add(report::kLogFile, log.str());
  folder.write();

  std::cout << (options.json ? report::to_text(done->result()) : report::summary_card(done->result()));
  std::cout.flush();
  if (!globals.quiet) std::cerr << "results in " << folder.path() << "\n";
}

void declare(Arguments& arguments, const GlobalOptions& globals) {
  auto options = std::make_shared<Options>();
  options->design.add_to(arguments);
  arguments.optional("-o,--output", options->folder, "Folder for result.json, layers.csv and the rest");
  arguments.flag("--json", options->json, "Print result.json instead of the summary card");
  arguments.flag("--trace", options->trace,
                 "Keep what happened when, for views and subvolt spans, and simulate every job");
  arguments.run([options, &globals] { run_design_point(*options, globals); });
}

const bool run_command_registered = register_command({"run", "Simulate and price one design point", 10, declare});

}  // namespace
}  // namespace subvolt::cli
