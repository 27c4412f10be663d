// subvolt peaks: when a run draws most, and by whom.
#include <iostream>
#include <memory>

#include "sim/cli/command.h"
#include "sim/cli/condition_options.h"
#include "sim/cli/output_folder.h"
#include "sim/cli/traced_folder.h"
#include "sim/report/views/peaks.h"

namespace subvolt::cli {
namespace {

struct Options {
  std::string result, windows = "1us,10us,100us,1ms", limit, decap;
  std::optional<std::int64_t> top;
  bool json = false;
};

constexpr std::int64_t kUsualTop = 3, kMostTop = 100;

void peaks(const Options& options, const GlobalOptions& globals) {
  std::vector<Picoseconds> lengths;
  for (const std::string& piece : pieces(options.windows)) {
    const Time length = parsed<Time>("--windows", piece);
    if (!(length.si() >= 1e-12 && length.si() < in_seconds(power::kLongestRecord))) {
      throw_configuration("--windows: expected lengths such as 1us,10us, got \"" + piece + "\"");
    }
    lengths.push_back(picoseconds(length));
  }
  report::SupplyLimits limits;
  if (!options.limit.empty()) limits.limit = parsed<Current>("--limit", options.limit);
  if (!options.decap.empty()) limits.decap = parsed<Capacitance>("--decap", options.decap);
  if (limits.decap && !(*limits.decap > Capacitance())) {
    throw_configuration("--decap: expected more than 0 F, got \"" + options.decap + "\"");
  }
  const report::TracedRun run = report::read_traced_run(traced_folder(options.result));
  const report::Peaks peaks = report::peaks_of(run, lengths, static_cast<std::size_t>(options.top.value_or(kUsualTop)));
  std::cout << (options.json ? report::to_text(report::peaks_json(peaks, run, limits))
                             : report::peaks_card(peaks, run, limits));
  std::cout.flush();
  if (!globals.quiet) note_cut(run.spans, run.record.total_time);
}

void declare(Arguments& arguments, const GlobalOptions& globals) {
  auto options = std::make_shared<Options>();
  arguments.required("RESULT", options->result, "The folder of a run with --trace");
  arguments.defaulted("--windows", options->windows, "Lengths of time, between commas");
  arguments.whole_number("--top", options->top, 1, kMostTop, "Windows of each length; 3 when absent");
  arguments.optional("--limit", options->limit, "Current that regulators give, such as 300mA: what is above is marked");
  arguments.optional("--decap", options->decap,
                     "Capacitance at each rail, such as 10uF; that of its transition when absent");
  arguments.flag("--json", options->json, "Print JSON instead of the card");
  arguments.run([options, &globals] { peaks(*options, globals); });
}

const bool peaks_command_registered =
    register_command({"peaks", "When a run with --trace draws most, and by whom", 47, declare});

}  // namespace
}  // namespace subvolt::cli
