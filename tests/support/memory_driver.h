// Drives a memory engine alone, as a bench does: accesses in order, refused ones offered again whenever room may have
// appeared. What no engine may do (time that stands still, an answer to nobody, residencies that do not add up) is
// noted as a fault.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "sim/config/node.h"
#include "sim/kernel/memory_engine.h"
#include "sim/units/picoseconds.h"

namespace subvolt::test {

struct MemoryRequest {
  Picoseconds at{};
  bool write = false;
  std::int64_t address = 0;
  std::int64_t bytes = 0;
};

struct MemoryRun {
  std::vector<Picoseconds> done;              // by request
  std::map<std::string, std::int64_t> count;  // by event
  Picoseconds end{};
  std::vector<std::string> faults;
};

// Ends `rest` after the last request is done. `step` > 0: advances the engine at least that often, which must not
// change anything.
MemoryRun drive(kernel::MemoryEngine& engine, const std::vector<MemoryRequest>& requests,
                Picoseconds rest = Picoseconds(), Picoseconds step = {});

// In bounds, sizes from one byte to `longest`, single accesses, runs of consecutive ones and pauses.
std::vector<MemoryRequest> random_requests(std::mt19937& random, std::int64_t capacity, int count, std::int64_t longest,
                                           Picoseconds longest_gap, bool writes = true);

// Section `memory:` of a shipped document.
config::Node memory_document(const std::string& name);

}  // namespace subvolt::test
