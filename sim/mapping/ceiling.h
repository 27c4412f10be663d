// The least time in which bytes can pass between an accelerator and memories: the roofs of bandwidth.
//
// Each resource on a way (path.h) is held by one burst at a time, whoever it is for; the bursts under way, of which the
// accelerator has so many at most, are another. All together need at least as long as the one that is held longest. So
// no order of transfers, and no cut into bursts, is faster; what has stripes, such as banks that are met one behind the
// other, is taken to be held by different transfers side by side.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/mapping/path.h"

namespace subvolt::mapping {

struct Haul {
  const Path* path = nullptr;
  std::int64_t read_bytes = 0, write_bytes = 0;
};

struct Ceiling {
  double cycles = 0.0;  // of the accelerator
  std::string at;       // what is held that long: "dram", "bus.responses"; empty where nothing takes any time
};

inline constexpr const char* kBurstsUnderWay = "bursts_under_way";

// In bursts of `burst` bytes, the longest that the accelerator asks for.
Ceiling ceiling_of(const std::vector<Haul>& hauls, std::int64_t burst);

}  // namespace subvolt::mapping
