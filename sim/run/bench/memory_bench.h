// Replays a request trace on one memory alone.
//
// Clock n of the memory is at floor(n 10^12 / f) ps. A request is offered to the engine at the clock it arrives at, or
// at the clock after the one at which the request before it was taken, whichever is later; if it is refused, again
// when room may have appeared. Its latency runs from the clock at which it was taken to the clock at or after the end
// of its last data; total_cycles is the clock at which the last data of the last request end, and the run ends there.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "sim/kernel/memory_engine.h"
#include "sim/run/bench/memory_trace.h"
#include "sim/run/latencies.h"
#include "sim/units/hertz.h"
#include "sim/units/picoseconds.h"

namespace subvolt::run {

struct MemoryReplay {
  Hertz frequency{};
  std::int64_t access_bytes = 0;
  std::int64_t peak_bytes_per_s = 0;  // of the interface; 0: not known
  std::int64_t reads = 0;
  std::int64_t writes = 0;
  std::int64_t total_cycles = 0;
  Picoseconds total_time{};
  std::int64_t stall_cycles = 0;  // in which a request stood at the door because there was no room
  Latencies read_latency, write_latency;
  std::vector<std::pair<std::string, std::int64_t>> commands;  // by name, sorted
  std::vector<power::EventDeclaration> events;                 // what the engine counts
  std::vector<std::int64_t> counts;                            // by event
  std::vector<bool> residencies;                               // which of them are times in states

  std::int64_t requests() const { return reads + writes; }
  // Of the event with that name; -1 when the memory counts none such.
  std::int64_t count(const std::string& event) const;
};

struct ReplayObserver {
  std::function<void(const kernel::MemoryEngine::Command&)> on_command;  // may be empty
  std::function<void(double)> on_progress;  // share of the trace, now and then; may be empty
};

// What a trace has to know of the memory.
TracedMemory traced_memory(const kernel::MemoryEngine& engine);

// The engine must be fresh. Throws Error(kConfiguration) for a request that the memory does not have, and
// Error(kInvariant) when the memory loses or invents a request, never answers, or miscounts its time.
MemoryReplay replay(kernel::MemoryEngine& engine, MemoryTrace& trace, const ReplayObserver& observer = {});

// Impossible things as sentences; empty when all is well.
std::vector<std::string> violations(const MemoryReplay& replay);

}  // namespace subvolt::run
