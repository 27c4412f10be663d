// Measured points of a chip under other conditions: what `subvolt transfer` prints, and its JSON.
#pragma once

#include <string>
#include <vector>

#include "sim/report/result.h"
#include "sim/run/chip.h"

namespace subvolt::report {

inline constexpr const char* kTransferSchemaVersion = "1.0";

// {"network", "measured": {"voltage_V", "frequency_Hz", "temperature_C", "time_s", "energy_J", "power_W",
// "floor_power_W"}, "carried": {"voltage_V", "frequency_Hz", "frequency_by_law_Hz", "temperature_C",
// "switching_factor", "switching_law", "leakage_factor", "time_s", "energy_J": [least, most], "power_W": [least, most]}}, and with a
// measurement there "published": {"time_s", "energy_J", "power_W"} and "errors": carried over published, less 1; of
// ranges 0 inside, and else that of the nearer end.
Json carried_point(const run::MeasuredPoint& point, const run::Carried& carried, const run::MeasuredPoint* published);
// {"schema_version", "chip", "title", "technology", "device", "source", "floor", "fixed_work", "published_V",
// "points"}: shares that are not stated are null.
Json carried_points(const run::Chip& chip, const std::string& technology, std::vector<Json> points);

// For a terminal of 80 columns.
std::string carried_table(const Json& carried);

}  // namespace subvolt::report
