// From a design point to an activity record and from there to a priced run.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/kernel/simulate.h"
#include "sim/mapping/program/plan.h"
#include "sim/power/ledger/cause_trace.h"
#include "sim/power/ledger/energy_model.h"
#include "sim/power/record/spans.h"
#include "sim/run/design_point.h"
#include "sim/soc/soc.h"

namespace subvolt::run {

// Elaborates for what the mapper knows of the SoC; the network does not matter. Once per process.
mapping::Hardware hardware_of(const DesignPoint& point);
// Likewise for what its components declare.
std::vector<power::ComponentDeclaration> components_of(const DesignPoint& point);

// What elaborates and maps fits the point's networks to the accelerators that there are (workload.h).

// Elaborates and maps without simulating: everything `subvolt check` looks at. Once per process.
struct Checked {
  mapping::Hardware hardware;
  mapping::Plan plan;
  std::vector<power::ComponentDeclaration> components;
};
Checked check(DesignPoint& point);

struct Simulated {
  mapping::Plan plan;
  std::vector<mapping::MemoryRegion> memories;  // that the plan uses
  power::ActivityRecord record;
  std::optional<power::Metered> metered;   // of a folded run that skipped nothing
  std::optional<power::SpanRecord> spans;  // of a run whose timeline is kept, whatever its length
};
// What is kept of a run of many epochs (power::kManyEpochs): sums, which stay small, or all of them, as waves and peaks
// of power need.
enum class Timeline { kOfShortRuns, kOfAllRuns };
// Elaborates, maps and simulates. Once per process. `on_progress`, when set, is called now and then with the
// share of layers done. The pace changes nothing but how long it takes.
Simulated simulate(DesignPoint& point, const std::function<void(double)>& on_progress = {},
                   kernel::Pace pace = kernel::Pace::kFastest, Timeline timeline = Timeline::kOfShortRuns,
                   kernel::Repetition::When repetition = kernel::Repetition::When::kWhenFolded);

// Prices a record without violations, as simulate() returns it, at `points` by its operating points, and throws
// Error(kInvariant) with all violations if anything impossible came out. The record's frequencies are taken as they
// are.
power::Ledger price_record(const power::ActivityRecord& record, const power::PowerIntent& intent,
                           const power::Technology& technology, const std::vector<power::OperatingPoint>& points,
                           const std::optional<power::Metered>& metered = std::nullopt);

// Of such a record, as simulated at the points of the design.
power::CauseTrace trace_by_cause(const power::ActivityRecord& record, const DesignPoint& point);

// SHA-256 of every document that a priced record rests on: structure, power, technology, network and, as
// "memory.NAME" and "regulator.NAME", each memory device's and each regulator's part.
std::vector<std::pair<std::string, std::string>> document_hashes(const power::ActivityRecord& record,
                                                                 const power::PowerIntent& intent,
                                                                 const power::Technology& technology);

// The layer table of the record, from its epochs and statistics (docs/architecture.md, Statistics).
void fill_layers(power::ActivityRecord& record, const DesignPoint& point, const mapping::Plan& plan,
                 const mapping::Hardware& hardware, soc::Soc& soc);

}  // namespace subvolt::run
