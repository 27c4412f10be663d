// What must be true of a run of the DRAM engine, whatever its policies, seen from outside.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/units/picoseconds.h"
#include "tests/support/dram_bench.h"

namespace subvolt::test {

struct DramFacts {
  std::int64_t burst_bytes = 0;
  std::function<mem::dram::Location(std::int64_t burst)> locate;
  DramSheet sheet;                          // at the clock it begins with
  Picoseconds least_read{}, least_write{};  // begin of a column command to end of data, at any set-point
};

// What must be true whatever the policies: each request completes once, not sooner than data can be there; each burst
// is moved once, from the row it lies in and after it arrived; events are those of the commands; residencies sum to the
// time and are those of the commands (at one clock, without auto-precharge); accesses to one place keep their order if
// one of them writes. Empty: all well.
std::string broken_promises(const DramTraffic& traffic, const DramOutcome& outcome, const DramFacts& facts);

// The commands against the document, over changes of set-point. `sheets` by set-point.
std::string illegal_commands(const DramOutcome& outcome, const std::vector<DramSheet>& sheets,
                             const DramChecker::Policy& policy);

}  // namespace subvolt::test
