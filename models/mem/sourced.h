// Numbers of data sheets, each with its source: the building blocks of memory documents.
#pragma once

#include <string>

#include "sim/config/sourced/sourced.h"
#include "sim/units/hertz.h"

namespace subvolt::mem {

using SourcedCount = config::Sourced<std::int64_t>;
using SourcedSize = config::Sourced<Bytes>;
using SourcedFrequency = config::Sourced<Frequency>;
using SourcedTime = config::Sourced<Time>;

// What they may be. Banks, pins, transfers of one device; a chip erase of a large flash takes some minutes.
inline config::Range<std::int64_t> some_items() { return config::between<std::int64_t>(1, 65536); }
inline config::Range<Bytes> some_bytes() { return config::between(Bytes(1), Bytes(std::int64_t{1} << 40)); }
inline config::Range<Frequency> some_frequency() {
  return config::between(Frequency::from_si(1.0), Frequency::from_si(1e12));
}
inline config::Range<Time> some_time() { return config::between(Time::from_si(1e-12), Time::from_si(1e3)); }

// max(time, clocks x tCK): analogue delays have a time, protocol delays a number of clocks, some have both.
struct SourcedDelay {
  Time time;
  Cycles clocks;
  std::string source;
  static const config::Schema<SourcedDelay>& schema();
  // In whole clocks. A time that exceeds a number of clocks by less than a thousandth of one counts as that number:
  // data sheets round the period (36 ns are 6 clocks at 166 MHz and at 166.67 MHz).
  std::int64_t in_clocks(Hertz frequency) const;
};

// `t` in clocks, rounded up as above.
std::int64_t clocks_of(Time t, Hertz frequency);

}  // namespace subvolt::mem
