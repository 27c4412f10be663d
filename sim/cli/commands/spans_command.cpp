// subvolt spans: who did what when in a run whose trace was kept.
#include <iostream>
#include <memory>

#include "sim/cli/command.h"
#include "sim/cli/output_folder.h"
#include "sim/cli/traced_folder.h"
#include "sim/report/gzip.h"
#include "sim/report/run_folder.h"
#include "sim/report/tables/trace_csv.h"

namespace subvolt::cli {
namespace {

struct Options {
  std::string folder;
  std::string owner;
};

void declare(Arguments& arguments, const GlobalOptions& globals) {
  auto options = std::make_shared<Options>();
  arguments.required("FOLDER", options->folder, "The folder of a run with --trace");
  arguments.optional("OWNER", options->owner, "npu.sequencer, or npu for all below it; everybody when absent");
  arguments.run([options, &globals] {
    const std::string folder = traced_folder(options->folder);
    const report::RunFile packed = report::read_run_file(folder, report::kSpansFile);
    const power::SpanRecord spans = power::spans_from_json(report::gunzip(packed.text, packed.path), packed.path);
    const report::RunFile record = report::read_run_file(folder, report::kActivityFile);
    const power::ActivityRecord activity = power::activity_record_from_json(record.text, record.path);
    std::cout << report::spans_csv(spans, activity, options->owner, packed.path);
    std::cout.flush();
    if (!globals.quiet) note_cut(spans, activity.total_time);
  });
}

const bool spans_command_registered =
    register_command({"spans", "Who did what when, of a run with --trace: CSV", 45, declare});

}  // namespace
}  // namespace subvolt::cli
