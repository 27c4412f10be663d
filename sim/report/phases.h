// How a chip is used, as its vendor measures it: phases of the run, and the chip's modes.
#pragma once

#include <string>

#include "sim/report/result.h"

namespace subvolt::report {

// A list of
//   {"name", "from": "run", "time_s", "power_W", "energy_J", "energy_above_idle_J"}
// for each phase that the power intent names, and for `idle`, which is what is left of the run; and of
//   {"name", "from": "mode", "time_s": 0, "power_W", "power_above_idle_W", "keeps", "source", "quality"}
//   {"name": "wake_up_from_NAME", "from": "mode", "time_s", "power_W", "energy_J", "energy_above_idle_J", ...}
// for the other modes. What is above idle is below zero where a mode draws less. Energies are there where the chip's
// own prices are; those above idle where it has that mode.
Json phases(const ResultInputs& inputs);

// Of the summary card; empty where a result has none.
std::string phase_table(const Json& result);

}  // namespace subvolt::report
