// Numbers of data sheets, each with its source: the building blocks of memory documents.
#pragma once

#include <string>

#include "sim/config/schema.h"

namespace subvolt::mem {

struct SourcedCount {
  std::int64_t value = 0;
  std::string source;
  static const config::Schema<SourcedCount>& schema();
};
struct SourcedSize {
  Bytes value;
  std::string source;
  static const config::Schema<SourcedSize>& schema();
};
struct SourcedFrequency {
  Frequency value;
  std::string source;
  static const config::Schema<SourcedFrequency>& schema();
};
struct SourcedTime {
  Time value;
  std::string source;
  static const config::Schema<SourcedTime>& schema();
};
// max(time, clocks x tCK): analogue delays have a time, protocol delays a number of clocks, some have both.
struct SourcedDelay {
  Time time;
  Cycles clocks;
  std::string source;
  static const config::Schema<SourcedDelay>& schema();
  // In whole clocks. A time that exceeds a number of clocks by less than a thousandth of one counts as that number:
  // data sheets round the period (36 ns are 6 clocks at 166 MHz and at 166.67 MHz).
  std::int64_t in_clocks(std::int64_t clock_hz) const;
};

// `t` in clocks, rounded up as above.
std::int64_t clocks_of(Time t, std::int64_t clock_hz);

}  // namespace subvolt::mem
