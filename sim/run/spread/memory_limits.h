// What voltage the memories of a run need at their size, by what protects them.
#pragma once

#include <string>
#include <vector>

#include "sim/power/record/activity_record.h"
#include "sim/power/technology/variation/cell_failures.h"
#include "sim/run/design_point.h"

namespace subvolt::run {

struct MemoryLimit {
  std::string component, device, rail;
  std::int64_t bits = 0;  // of data, and of a code where it has one
  bool corrected = false;
  Voltage voltage;                    // that they get in the run
  double works = 0.0;                 // share of chips in which they all work there
  Voltage needs;                      // lowest at which they do in the share that is asked for, as they are built
  Voltage plain, coded, with_spares;  // the same without protection, with SECDED, with 8 spare rows of 256 bits for 512
  Voltage holds;                      // that keeps what they hold, as they are built
};

// Of the memories on chip whose devices say how cells differ. The record has one operating point.
std::vector<MemoryLimit> memory_limits(const power::ActivityRecord& record, const DesignPoint& point, double share);

}  // namespace subvolt::run
