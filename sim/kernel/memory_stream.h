// How fast a memory is for one who reads or writes what lies behind each other, or in runs apart: found by driving its
// engine.
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
  // Besides, of accesses that do not begin where the one before ended: behind a gap of their size; kFar away, of kShort
  // and of kLong bytes.
  double near_ps = 0.0, far_short_ps = 0.0, far_long_ps = 0.0;
  // A short burst and a long one of on-chip interconnects (a cache line; AXI's 16 beats of 16 B); beyond the row of any
  // DRAM that is shipped (2 KiB).
  static constexpr std::int64_t kShort = 32, kLong = 256, kFar = 4096;
};

using MakeMemoryEngine = std::function<std::unique_ptr<MemoryEngine>()>;

struct MemoryStreams {
  MemoryStream read, write;
};

// Of an engine that has done nothing yet: `make` gives one for each thing that is tried. What is not `writable` is
// taken to be written as it is read.
MemoryStreams measure_streams(const MakeMemoryEngine& make, bool writable);

}  // namespace subvolt::kernel
