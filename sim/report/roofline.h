// Per layer of a result: the ceilings of computing and of moving bytes, and where cycles are lost
// (docs/guide/results.md).
#pragma once

#include "sim/power/record/activity_record.h"
#include "sim/report/result.h"

namespace subvolt::report {

// Adds `ideal_cycles` and `lost_cycles` where the layer's accelerator tells of them, and `roofline` where bytes moved.
void add_roofline(const power::ActivityRecord& record, const power::LayerActivity& layer, Json& json);

// Of an accelerator, by cause: `meaning`, `remedy`, whether it is waiting for `transfers`, and the `unit` of what is
// counted: cycles, or multipliers that are idle while others work.
Json losses(const power::ActivityRecord& record, const std::string& accelerator);

// Cycles of all layers by what they went to, "full_array" first, then causes and the host's: [name, cycles]; empty
// where the result does not tell.
std::vector<std::pair<std::string, std::int64_t>> cycles_by_cause(const Json& result);

inline constexpr const char* kFullArray = "full_array";
inline constexpr const char* kHostCycles = "host";

}  // namespace subvolt::report
