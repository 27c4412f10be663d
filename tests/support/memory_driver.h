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

namespace subvolt::test {

struct MemoryRequest {
  std::int64_t at_ps = 0;
  bool write = false;
  std::int64_t address = 0;
  std::int64_t bytes = 0;
};

struct MemoryRun {
  std::vector<std::int64_t> done_ps;          // by request
  std::map<std::string, std::int64_t> count;  // by event
  std::int64_t end_ps = 0;
  std::vector<std::string> faults;
};

// Ends `rest_ps` after the last request is done. `step_ps` > 0: advances the engine at least that often, which must not
// change anything.
MemoryRun drive(kernel::MemoryEngine& engine, const std::vector<MemoryRequest>& requests, std::int64_t rest_ps = 0,
                std::int64_t step_ps = 0);

// In bounds, sizes from one byte to `longest`, single accesses, runs of consecutive ones and pauses.
std::vector<MemoryRequest> random_requests(std::mt19937& random, std::int64_t capacity, int count, std::int64_t longest,
                                           std::int64_t longest_gap_ps, bool writes = true);

// Section `memory:` of a shipped document.
config::Node memory_document(const std::string& name);

}  // namespace subvolt::test
