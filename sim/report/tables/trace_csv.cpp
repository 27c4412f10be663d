#include "sim/report/tables/trace_csv.h"

#include "sim/config/error.h"
#include "sim/report/tables/layers_csv.h"
#include "sim/units/picoseconds.h"
#include "sim/units/text.h"

namespace subvolt::report {
namespace {

std::string time_cells(const power::TraceSegment& row) {
  return shortest(in_seconds(row.begin)) + "," + shortest(in_seconds(row.end));
}

bool is_of(const std::string& owner, const std::string& wanted) {
  return wanted.empty() || owner == wanted || owner.rfind(wanted + ".", 0) == 0;
}

// job,stream,layer of a task; three empty cells for nobody's.
std::string task_cells(const power::Span& span, const power::ActivityRecord& record, const std::string& file) {
  if (span.task == power::kNobody) return ",,";
  if (static_cast<std::size_t>(span.task) >= record.tasks.size()) {
    throw Error(ErrorKind::kConfiguration, file + ": of task " + std::to_string(span.task) + ", and the record has " +
                                               std::to_string(record.tasks.size()) + ": of another run");
  }
  const power::Task& task = record.tasks[static_cast<std::size_t>(span.task)];
  return std::to_string(task.job) + "," + csv_cell(record.jobs[static_cast<std::size_t>(task.job)].stream) + "," +
         csv_cell(record.layers[static_cast<std::size_t>(task.layer)].name);
}

}  // namespace

std::string trace_csv(const power::Ledger& ledger) {
  std::string out = "begin_s,end_s,power_W\n";
  for (const power::TraceSegment& s : ledger.rows) {
    const double seconds = in_seconds(s.end - s.begin);
    out += time_cells(s) + "," + shortest(s.energy.si() / seconds) + "\n";
  }
  return out;
}

std::string cause_trace_csv(const power::CauseTrace& trace) {
  std::string out = "begin_s,end_s";
  for (const auto& column : trace.columns) out += "," + column.component + "." + to_text(column.cause) + "_W";
  out += "\n";
  for (std::size_t r = 0; r < trace.rows.size(); ++r) {
    const double seconds = in_seconds(trace.rows[r].end - trace.rows[r].begin);
    out += time_cells(trace.rows[r]);
    for (const auto& column : trace.columns) out += "," + shortest(column.energies[r].si() / seconds);
    out += "\n";
  }
  return out;
}

std::string spans_csv(const power::SpanRecord& spans, const power::ActivityRecord& record, const std::string& owner,
                      const std::string& file) {
  std::string out = "owner,kind,what,number,job,stream,layer,begin_ps,end_ps\n";
  bool found = false;
  for (const power::SpanTrack& track : spans.tracks) {
    if (!is_of(track.owner, owner)) continue;
    found = true;
    const std::string head = csv_cell(track.owner) + "," + to_text(track.kind) + ",";
    for (const power::Span& span : track.spans) {
      out += head + csv_cell(track.names[static_cast<std::size_t>(span.what)]) + ",";
      if (span.number != power::kNoNumber) out += std::to_string(span.number);
      out += "," + task_cells(span, record, file) + "," + std::to_string(span.begin.value()) + "," +
             std::to_string(span.end.value()) + "\n";
    }
  }
  if (found) return out;
  std::vector<std::string> owners;
  for (const power::SpanTrack& track : spans.tracks) owners.push_back(track.owner);
  throw Error(ErrorKind::kConfiguration, "nothing was traced of \"" + owner + "\"" +
                                             config::did_you_mean(owner, owners) + ": expected one of " +
                                             config::listed(owners));
}

}  // namespace subvolt::report
