// How many bits of a run are expected to be wrong because memories get less than their cells need.
//
// Each bit that is read is wrong at the rate of reading, each that is written at those of writing and holding
// (cell_failures.h), at the voltage of its epoch; behind a code those that it does not mend. A failing access counts as
// a wrong bit: what was stored is not modelled, and for half of the data it may have been right by chance.
#pragma once

#include <string>
#include <vector>

#include "sim/power/intent/power_intent.h"
#include "sim/power/record/activity_record.h"

namespace subvolt::power {

struct MemoryFlips {
  std::string component, device, rail;
  Voltage lowest;                                             // of the rail, of all operating points
  double read_rate = 0.0, write_rate = 0.0, hold_rate = 0.0;  // there, of one cell
  bool corrected = false;
  double expected = 0.0;  // over the run
};

// Of the memories on chip whose devices say how cells differ, where the intent allows errors; else none.
std::vector<MemoryFlips> expected_bit_flips(const ActivityRecord& record, const PowerIntent& intent,
                                            const Technology& technology, const std::vector<OperatingPoint>& points);

}  // namespace subvolt::power
