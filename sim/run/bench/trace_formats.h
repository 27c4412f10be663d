// The line formats of request traces, told apart by the first line that says anything.
//
//   arrival_cycle,op,bank,row,burst   own, as a header; then 200,W,7,2,34          memory_trace.h
//   LD 0x229f6f80    ST 0x22a0        Ramulator 2, loads and stores                addresses hexadecimal or decimal
//   R 0,0,1,3,512,4  W ...            Ramulator 2, address vectors                 channel, rank, ..., row, burst
//   0x12345680 R     0x4cbd56c0 W     Ramulator 1, memory traces
//   0x2000D5C0 READ 30                DRAMsim3 and DRAMSim2: address, transaction, clock
//   31: read 0x400160                 DRAMSys .stl: clock, (length) if it is not a burst, operation, address, data
//   31: (64) write 0x400160 0x...
//
// Of one channel and rank. Clocks never go back. Where the format has no time, a request is there as soon as those
// before it were taken.
// Sources: Ramulator's README and 2.1's frontends, DRAMsim3's src/common.cc, DRAMSys 5's StlPlayer.cpp.
#pragma once

#include <cstdint>
#include <string>

#include "sim/run/bench/trace_lines.h"

namespace subvolt::run {

// What a line asks for: bytes from an address, or one burst at coordinates.
struct TracedRequest {
  std::int64_t arrival_cycle = 0;
  const char* arrival_at = nullptr;  // where the line says it; nullptr: it says no clock
  bool write = false;
  bool by_address = false;
  std::int64_t address = 0, bytes = 0;  // bytes 0: one access of the memory, whatever its size
  std::int64_t bank_group = 0;          // of a vector with groups
  std::int64_t bank = 0, row = 0, burst = 0;
};

struct TraceFormat {
  std::string name;     // "DRAMsim3", for the result
  bool header = false;  // the line that told it asks for nothing
  bool grouped_banks = false;
  void (*read)(const TraceLines& line, TracedRequest& request);
};

// By the line in hand. Throws Error(kConfiguration), located: no format has such lines, or one that needs more than a
// memory (a processor's trace).
TraceFormat recognise_format(const TraceLines& line);

}  // namespace subvolt::run
