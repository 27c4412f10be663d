// Command schedules of DRAMSys 5.1 as streams for the checker.
#pragma once

#include <string>
#include <vector>

#include "tests/support/dram_checker.h"

namespace subvolt::test {

// A CSV file with cycle_begin, cycle_end, cmd, bank, row, column, as exported from DRAMSys's trace database, in clocks
// of `sheet`. A stay in power-down (PDNA, PDNP) or self-refresh (SREF) is one line there: its exit ends with it, unless
// the schedule does, too.
std::vector<DramEvent> read_dramsys_schedule(const std::string& file, const DramSheet& sheet);

}  // namespace subvolt::test
