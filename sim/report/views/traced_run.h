// What a run with --trace left in its folder, and its energy by epoch: what waves and timelines are made of.
#pragma once

#include <string>

#include "sim/power/ledger/cause_trace.h"
#include "sim/power/record/spans.h"
#include "sim/report/result.h"

namespace subvolt::report {

struct TracedRun {
  std::string folder;
  Json result;
  power::ActivityRecord record;
  power::SpanRecord spans;
  power::PowerIntent intent;
  std::vector<power::OperatingPoint> points;  // by the record's
  power::CauseTrace power;                    // by epoch and rail
};

// Throws Error(kConfiguration), naming the file: something is missing or damaged, or files do not belong together.
TracedRun read_traced_run(const std::string& folder);

}  // namespace subvolt::report
