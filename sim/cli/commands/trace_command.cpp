// subvolt trace: a run whose trace was kept, for viewers of waves and timelines.
#include <filesystem>
#include <iostream>
#include <memory>

#include "sim/cli/command.h"
#include "sim/cli/condition_options.h"
#include "sim/cli/output_folder.h"
#include "sim/cli/traced_folder.h"
#include "sim/report/files.h"
#include "sim/report/views/fst.h"
#include "sim/report/views/perfetto.h"
#include "sim/report/views/supply_csv.h"
#include "sim/report/views/vcd.h"

namespace subvolt::cli {
namespace {

struct Options {
  std::string result, file, step = "1us", rail, input, measured;
  bool vcd = false, fst = false, perfetto = false, csv = false;
};

constexpr Picoseconds kTick{1};

Picoseconds step_of(const std::string& text, Picoseconds tick) {
  const Time step = parsed<Time>("--step", text);
  const Picoseconds whole = step.si() < in_seconds(power::kLongestRecord) ? picoseconds(step) : Picoseconds();
  if (whole >= tick && whole % tick == Picoseconds()) return whole;
  throw_configuration("--step: expected whole " + std::string(tick == kTick ? "picoseconds" : "nanoseconds") +
                      ", such as 1us, got \"" + text + "\"");
}

// Beside the dump, what GTKWave opens: one that somebody has saved from there stays.
void write_save_file(const report::Tracks& tracks, const std::filesystem::path& dump, bool quiet) {
  std::filesystem::path file = dump;
  file.replace_extension(".gtkw");
  std::error_code code;
  const bool kept = std::filesystem::exists(file, code) && !report::is_own_gtkw(report::read_file(file.string()));
  if (!kept) report::write_file(file.string(), report::gtkw_text(tracks, dump.filename().string()));
  if (quiet) return;
  std::cerr << (kept ? "kept as somebody saved it: " : "opens it in groups: gtkwave ") << file.string() << "\n";
}

void write_waves(const Options& options, const report::TracedRun& run, Picoseconds step, bool quiet) {
  const report::Tracks tracks = report::tracks_of(run, step, kTick);
  const std::string text = report::vcd_text(tracks);
  if (options.vcd) {
    report::write_file(options.file, text);
  } else {
    report::write_fst(options.file, text);
  }
  write_save_file(tracks, options.file, quiet);
}

void write_supply(const Options& options, const report::TracedRun& run, Picoseconds step) {
  std::optional<Voltage> input;
  if (!options.input.empty()) {
    input = parsed<Voltage>("--input", options.input);
    if (!(*input > Voltage())) throw_configuration("--input: expected more than 0 V, got \"" + options.input + "\"");
  }
  const report::SupplyTrace supply = report::supply_trace(run, options.rail, input, step);
  if (options.measured.empty()) return report::write_file(options.file, report::supply_csv(supply));
  const report::Alignment fit = report::align(supply, report::read_measured(options.measured), options.measured);
  report::write_file(options.file, report::supply_csv(supply, fit));
  std::cout << report::alignment_text(supply, fit);
}

void trace(const Options& options, const GlobalOptions& globals) {
  if (options.vcd + options.fst + options.perfetto + options.csv != 1) {
    throw_configuration("expected one of --vcd, --fst, --perfetto and --csv");
  }
  if (!options.csv && !(options.rail.empty() && options.input.empty() && options.measured.empty())) {
    throw_configuration("--rail, --input and --align are for --csv");
  }
  if (!options.rail.empty() && !options.input.empty()) throw_configuration("expected one of --rail and --input");
  const std::filesystem::path file = options.file;
  if ((options.vcd || options.fst) && file.extension() == ".gtkw") {
    throw_configuration("-o " + options.file +
                        ": GTKWave's save file gets that name: call the dump otherwise, such as " +
                        std::filesystem::path(file).replace_extension(options.vcd ? ".vcd" : ".fst").string());
  }
  const Picoseconds step = step_of(options.step, options.perfetto ? report::kPerfettoTick : kTick);
  const report::TracedRun run = report::read_traced_run(traced_folder(options.result));
  if (options.perfetto) {
    report::write_file(options.file,
                       report::perfetto_trace(report::tracks_of(run, step, report::kPerfettoTick), run.record));
  } else if (options.csv) {
    write_supply(options, run, step);
  } else {
    write_waves(options, run, step, globals.quiet);
  }
  if (!globals.quiet) note_cut(run.spans, run.record.total_time);
}

void declare(Arguments& arguments, const GlobalOptions& globals) {
  auto options = std::make_shared<Options>();
  arguments.required("RESULT", options->result, "The folder of a run with --trace");
  arguments.flag("--vcd", options->vcd, "Waves as a value change dump, and FILE's .gtkw for GTKWave");
  arguments.flag("--fst", options->fst, "The same in GTKWave's own format (needs its vcd2fst)");
  arguments.flag("--perfetto", options->perfetto, "A timeline for ui.perfetto.dev");
  arguments.flag("--csv", options->csv, "Current and voltage over time, as a supply on the bench measures");
  arguments.required("-o,--output", options->file, "The file to write");
  arguments.defaulted("--step", options->step, "Curves are means over windows of that length");
  arguments.optional("--rail", options->rail, "With --csv: of that rail; else of all, at the regulators' input");
  arguments.optional("--input", options->input, "With --csv: the voltage there; what regulators say when absent");
  arguments.optional("--align", options->measured, "With --csv: a CSV with time_s and current_A to lay over it");
  arguments.run([options, &globals] { trace(*options, globals); });
}

const bool trace_command_registered =
    register_command({"trace", "Waves and timelines of a run with --trace", 46, declare});

}  // namespace
}  // namespace subvolt::cli
