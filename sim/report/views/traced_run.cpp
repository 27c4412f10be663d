#include "sim/report/views/traced_run.h"

#include <cmath>

#include "sim/config/error.h"
#include "sim/report/gzip.h"
#include "sim/report/run_folder.h"
#include "sim/run/recorded_points.h"
#include "sim/units/text.h"

namespace subvolt::report {
namespace {

// Sums of the same terms in another order differ by roundings, a few for each of at most 1e6 of them.
constexpr double kRounding = 1e-9;

// Layers that a span may name.
void require_tasks(const TracedRun& run, const std::string& file) {
  for (const power::SpanTrack& track : run.spans.tracks) {
    for (const power::Span& span : track.spans) {
      if (span.task < static_cast<std::int32_t>(run.record.tasks.size())) continue;
      throw_configuration(file + ": of task " + std::to_string(span.task) + ", and the record has " +
                          std::to_string(run.record.tasks.size()) + ": of another run");
    }
  }
}

void require_same_energy(const TracedRun& run) {
  Energy sum;
  for (const power::TraceSegment& row : run.power.rows) sum += row.energy;
  const double told = run.result.at("totals").at("energy_J").get<double>();
  if (std::abs(sum.si() - told) <= kRounding * told) return;
  throw_configuration(run.folder + ": " + kActivityFile + " at the prices of " + kConfigFile + " comes to " +
                      to_text(sum, 6) + ", " + kResultFile + " says " + to_text(Energy::from_si(told), 6) +
                      ": they are not of one run, or one of another version of Subvolt: run the design point again");
}

}  // namespace

TracedRun read_traced_run(const std::string& folder) {
  TracedRun run;
  run.folder = folder;
  run.result = read_result(run.folder);
  const RunFile record = read_run_file(run.folder, kActivityFile);
  run.record = power::activity_record_from_json(record.text, record.path);
  const RunFile packed = read_run_file(run.folder, kSpansFile);
  run.spans = power::spans_from_json(gunzip(packed.text, packed.path), packed.path);
  require_tasks(run, packed.path);
  const std::string config = read_run_file(run.folder, kConfigFile).path;
  run.intent = power::read_power_intent(config);
  const power::Technology technology = power::read_technology(config);
  run.points = run::recorded_points(run.record, run.intent, technology);
  run.power =
      power::trace_by_cause(run.record, run.intent, run.points, power::price_sources(run.record.components, technology),
                            power::TraceGrain::kEpochs);
  require_same_energy(run);
  return run;
}

}  // namespace subvolt::report
