// What happened when, as tables for spreadsheets and scripts.
#pragma once

#include <string>

#include "sim/power/ledger/cause_trace.h"
#include "sim/power/record/spans.h"

namespace subvolt::report {

// One row per row of the trace (sim/power/ledger/trace.h): begin_s, end_s, power_W.
std::string trace_csv(const power::Ledger& ledger);

// The same rows by what drew it: begin_s, end_s, then a column COMPONENT.CAUSE_W for each that drew something.
std::string cause_trace_csv(const power::CauseTrace& trace);

// One row per span of the tracks whose owner is `owner` or below it, or of all when empty: owner, kind, what, number,
// job, stream, layer, begin_ps, end_ps; by track, in order of time. `record`: that of the same run, whose tasks they
// name. Throws Error(kConfiguration), "FILE: ...", where it has no such task, or nobody is called so.
std::string spans_csv(const power::SpanRecord& spans, const power::ActivityRecord& record, const std::string& owner,
                      const std::string& file);

}  // namespace subvolt::report
