// Power over time by component and cause: what the trace is made of.
#pragma once

#include <string>
#include <vector>

#include "sim/power/ledger/energy_model.h"

namespace subvolt::power {

struct CauseTrace {
  struct Column {
    std::string component;  // or the power domain of switches, or the rail of a regulator
    Cause cause = Cause::kSwitching;
    std::string rail;              // by epoch: from which it is drawn, that of its accounts; empty: a regulator's loss
    std::vector<Energy> energies;  // by row
  };
  std::vector<Column> columns;     // of those that drew something: components in their order, rails last; by cause
  std::vector<TraceSegment> rows;  // each is the sum of its columns
};

// Rows of one length, as the ledger's; or the epochs themselves, in which power is constant as far as the record knows,
// and of each component and cause a column for each rail.
enum class TraceGrain { kRows, kEpochs };

// As power::price() does, and with its errors. No columns and no rows for a record without timeline.
CauseTrace trace_by_cause(const ActivityRecord& record, const PowerIntent& intent,
                          const std::vector<OperatingPoint>& points, const PriceSources& sources,
                          TraceGrain grain = TraceGrain::kRows);

}  // namespace subvolt::power
