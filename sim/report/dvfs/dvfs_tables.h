// Tables of a voltage and frequency study for spreadsheets and scripts, from its JSON (dvfs_json.h): one header line,
// units in the column names, energies of an inference.
#pragma once

#include <string>

#include "sim/report/result.h"

namespace subvolt::report {

// A row per studied point: voltage_V, frequency_Hz, latency_s, energy_J and its parts (dynamic_J + leakage_J +
// memory_*_J + supply_loss_J, and cause_*_J, are energy_J), power; status is `finished`, or `infeasible` with `reason`.
std::string points_csv(const Json& study);
// A row per point, and per what the SoC does between inferences, that ends in time; header alone without a period.
std::string frames_csv(const Json& study);
// A row per way and what the SoC does between inferences.
std::string ways_csv(const Json& study);
// A row per point of each curve: energy-delay over voltage, corner, temperature, share of idle time.
std::string curves_csv(const Json& study);
// A row per curve and rail, and the SoC: where energy is least.
std::string minima_csv(const Json& study);

}  // namespace subvolt::report
