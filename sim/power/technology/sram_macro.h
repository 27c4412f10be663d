// SRAM macros as far as their speed goes: what they are, and how fast they are at an operating point (sram_access.h).
#pragma once

#include <cstdint>
#include <string>

#include "sim/units/quantity.h"

namespace subvolt::power {

// The banks of one component, which are alike.
struct SramMacro {
  std::string component;    // "npu.input_buffer"
  double capacity_B = 0.0;  // of a bank
  std::int64_t cycles = 1;  // of its clock, that an access takes
  std::string key;          // of its configuration, "soc.npu.input_buffer"; empty: not known
  bool pipelined = false;   // its configuration can say how many cycles
  bool corrected = false;   // by a code: works at lower voltages
  bool by_size = false;     // nobody said how many cycles: as many as the size, and then the clock, make it take
};

struct SramAccess {
  SramMacro macro;
  std::string clock, rail;
  Time time;            // of an access
  Frequency fastest;    // that its clock may be: cycles / time
  bool limits = false;  // its clock runs as fast as that
};

}  // namespace subvolt::power
