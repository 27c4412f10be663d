#include "sim/cli/output_folder.h"

#include <iostream>

#include "sim/power/record/activity_record.h"
#include "sim/report/gzip.h"
#include "sim/report/tables/layers_csv.h"
#include "sim/report/tables/trace_csv.h"
#include "sim/report/version.h"
#include "sim/units/picoseconds.h"
#include "sim/units/text.h"

namespace subvolt::cli {

void add_result(report::RunFolder& folder, const report::ResultInputs& inputs, const report::Json& result) {
  folder.add(report::kActivityFile, power::to_json(*inputs.record));
  folder.add("layers.csv", report::layers_csv(result));
  if (!inputs.ledger->rows.empty()) folder.add("trace.csv", report::trace_csv(*inputs.ledger));
  folder.add(report::kResultFile, report::to_text(result));
}

void add_trace(report::RunFolder& folder, const power::SpanRecord& spans, const power::CauseTrace& causes) {
  folder.add(report::kSpansFile, report::gzip(power::to_json(spans)));
  folder.add(report::kCausesFile, report::gzip(report::cause_trace_csv(causes)));
}

void note_cut(const power::SpanRecord& spans, Picoseconds total_time) {
  if (spans.until >= total_time) return;
  std::cerr << "spans: the first " << grouped(static_cast<std::int64_t>(power::SpanLog::kMost)) << ", up to "
            << to_text(Time::from_si(in_seconds(spans.until)), 3) << ": the rest was not kept\n";
}

std::string log_header() {
  return "subvolt " + report::program_version() + " (" + report::git_revision() + ")\nbuilt with " +
         report::build_compiler() + ", SystemC " + report::systemc_version() + "\n";
}

}  // namespace subvolt::cli
