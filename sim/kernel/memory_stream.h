// How fast a memory is for one who reads or writes what lies behind each other: found by driving its engine.
#pragma once

#include <functional>
#include <memory>

#include "sim/kernel/memory_engine.h"

namespace subvolt::kernel {

// Accesses of n bytes follow each other after per_access_ps + n per_byte_ps.
struct MemoryStream {
  double per_access_ps = 0.0, per_byte_ps = 0.0;
  double latency_ps = 0.0;  // of the first access, besides
};

using MakeMemoryEngine = std::function<std::unique_ptr<MemoryEngine>()>;

// Of an engine that has done nothing yet: `make` gives one for each size that is tried.
MemoryStream measure_stream(const MakeMemoryEngine& make, bool write);

}  // namespace subvolt::kernel
