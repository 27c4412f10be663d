// A table of measured points: CSV with a line of headings, in any order:
//
//   voltage_V       supply
//   frequency_Hz    highest at which it works, and at which power was measured
//   power_W         optional: drawn there; may be left empty
//   temperature_C   optional: 25 when absent or empty
//   use             optional: fit or check; fit when absent or empty
//
// Lines that begin with # and empty ones are skipped; other columns are errors, as a misspelt one would be.
#pragma once

#include <string>
#include <vector>

#include "sim/power/technology/calibration.h"

namespace subvolt::power {

// `rows`: "" or such as "1,3,5-7", data rows from 1: those are fitted, all others checked, whatever `use` says.
// Throws Error(kConfiguration), at FILE:LINE:COLUMN.
std::vector<MeasuredPoint> read_measured_points(const std::string& file, const std::string& rows);

}  // namespace subvolt::power
