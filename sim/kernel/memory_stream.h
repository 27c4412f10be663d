// How fast a memory is for one who reads or writes what lies behind each other: found by driving its engine.
#pragma once

#include <functional>
#include <memory>

#include "sim/kernel/memory_engine.h"

namespace subvolt::kernel {

// Accesses of n bytes follow each other after per_access_ps + n per_byte_ps, refreshes included.
struct MemoryStream {
  double per_access_ps = 0.0, per_byte_ps = 0.0;
  double latency_ps = 0.0;  // of the first access, besides
  double turn_ps = 0.0;     // a read and a write behind each other, besides what each takes
};

using MakeMemoryEngine = std::function<std::unique_ptr<MemoryEngine>()>;

// Of an engine that has done nothing yet: `make` gives one for each size that is tried. Those that are not `writable`
// only ever read.
MemoryStream measure_stream(const MakeMemoryEngine& make, bool write, bool writable);

}  // namespace subvolt::kernel
