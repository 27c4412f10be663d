// The files that commands write into the folder of a run.
#pragma once

#include <string>

#include "sim/power/ledger/cause_trace.h"
#include "sim/power/record/spans.h"
#include "sim/report/result.h"
#include "sim/report/run_folder.h"
#include "sim/units/picoseconds.h"

namespace subvolt::cli {

// activity.json, layers.csv, trace.csv, result.json
void add_result(report::RunFolder& folder, const report::ResultInputs& inputs, const report::Json& result);

// spans.json.gz, power_by_cause.csv.gz
void add_trace(report::RunFolder& folder, const power::SpanRecord& spans, const power::CauseTrace& causes);
// Says on stderr where spans are not those of the whole run.
void note_cut(const power::SpanRecord& spans, Picoseconds total_time);

// Who ran this, where and with which build: what results do not say.
std::string log_header();

}  // namespace subvolt::cli
