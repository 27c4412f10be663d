// A memory on a narrow bus, one clock at a time: chip select, command, latency, data byte by byte. Slow and plain,
// written against the rules of the bus and not against the model; without low-power modes and flash.
#pragma once

#include <cstdint>
#include <vector>

#include "models/mem/xspi/xspi_timing.h"
#include "sim/units/picoseconds.h"
#include "tests/support/memory_driver.h"

namespace subvolt::test {

struct XspiReference {
  std::vector<Picoseconds> done;
  std::int64_t transactions = 0, continued = 0, collisions = 0, active = 0, bytes = 0;
};

XspiReference clock_by_clock(const mem::XspiTiming& timing, const std::vector<MemoryRequest>& requests,
                             bool continue_bursts);

}  // namespace subvolt::test
