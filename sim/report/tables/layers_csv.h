// Tables for spreadsheets and scripts, one header line, SI units in the column names.
#pragma once

#include <string>

#include "sim/report/result.h"

namespace subvolt::report {

// One row per layer: name, op, mapping, macs, cycles, latency_s, utilization, bound, then busy and stall
// cycles, traffic and energy, a column for each key that any layer has.
std::string layers_csv(const Json& result);

// A value as such a table has it, quoted where need be.
std::string csv_cell(const Json& value);

}  // namespace subvolt::report
