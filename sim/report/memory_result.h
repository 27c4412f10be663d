// The result of one replayed memory trace: JSON (docs/guide/memories.md) and a card of at most 80
// columns.
#pragma once

#include <string>

#include "sim/report/result.h"
#include "sim/run/bench/memory_energy.h"

namespace subvolt::report {

inline constexpr const char* kMemoryResultSchemaVersion = "1.0";

Json memory_result(const run::MemoryDevice& device, const std::string& trace, const run::MemoryReplay& replay,
                   const run::MemoryPricing& pricing);
std::string memory_card(const Json& result);

}  // namespace subvolt::report
