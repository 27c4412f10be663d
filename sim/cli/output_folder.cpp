#include "sim/cli/output_folder.h"

#include "sim/power/record/activity_record.h"
#include "sim/report/tables/layers_csv.h"
#include "sim/report/version.h"

namespace subvolt::cli {

void add_result(report::RunFolder& folder, const report::ResultInputs& inputs, const report::Json& result) {
  folder.add(report::kActivityFile, power::to_json(*inputs.record));
  folder.add("layers.csv", report::layers_csv(result));
  if (!inputs.ledger->rows.empty()) folder.add("trace.csv", report::trace_csv(*inputs.ledger));
  folder.add(report::kResultFile, report::to_text(result));
}

std::string log_header() {
  return "subvolt " + report::program_version() + " (" + report::git_revision() + ")\nbuilt with " +
         report::build_compiler() + ", SystemC " + report::systemc_version() + "\n";
}

}  // namespace subvolt::cli
