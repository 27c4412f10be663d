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
#include "sim/report/views/vcd.h"

namespace subvolt::cli {
namespace {

struct Options {
  std::string result, file, step = "1us";
  bool vcd = false, fst = false, perfetto = false;
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
  const bool kept =
      std::filesystem::exists(file, code) && !report::is_own_gtkw(report::read_file(file.string()));
  if (!kept) report::write_file(file.string(), report::gtkw_text(tracks, dump.filename().string()));
  if (quiet) return;
  std::cerr << (kept ? "kept as somebody saved it: " : "opens it in groups: gtkwave ") << file.string() << "\n";
}

void trace(const Options& options, const GlobalOptions& globals) {
  if (options.vcd + options.fst + options.perfetto != 1) {
    throw_configuration("expected one of --vcd, --fst and --perfetto");
  }
  const Picoseconds tick = options.perfetto ? report::kPerfettoTick : kTick;
  const Picoseconds step = step_of(options.step, tick);
  const std::filesystem::path file = options.file;
  if ((options.vcd || options.fst) && file.extension() == ".gtkw") {
    throw_configuration("-o " + options.file + ": the save file for GTKWave gets that name, the dump another one, "
                        "such as " + std::filesystem::path(file).replace_extension(options.vcd ? ".vcd" : ".fst").string());
  }
  const report::TracedRun run = report::read_traced_run(traced_folder(options.result));
  const report::Tracks tracks = report::tracks_of(run, step, tick);
  if (options.perfetto) {
    report::write_file(options.file, report::perfetto_trace(tracks, run.record));
  } else if (options.vcd) {
    report::write_file(options.file, report::vcd_text(tracks));
  } else {
    report::write_fst(options.file, report::vcd_text(tracks));
  }
  if (!options.perfetto) write_save_file(tracks, file, globals.quiet);
  if (!globals.quiet) note_cut(run.spans, run.record.total_time);
}

void declare(Arguments& arguments, const GlobalOptions& globals) {
  auto options = std::make_shared<Options>();
  arguments.required("RESULT", options->result, "The folder of a run with --trace");
  arguments.flag("--vcd", options->vcd, "Waves as a value change dump, and FILE's .gtkw for GTKWave");
  arguments.flag("--fst", options->fst, "The same in GTKWave's own format (needs its vcd2fst)");
  arguments.flag("--perfetto", options->perfetto, "A timeline for ui.perfetto.dev");
  arguments.required("-o,--output", options->file, "The file to write");
  arguments.defaulted("--step", options->step, "Curves are means over windows of that length");
  arguments.run([options, &globals] { trace(*options, globals); });
}

const bool trace_command_registered =
    register_command({"trace", "Waves and timelines of a run with --trace", 46, declare});

}  // namespace
}  // namespace subvolt::cli
