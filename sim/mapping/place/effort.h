// Work that a search counts, so that it ends after the same amount of it on every machine.
#pragma once

#include <cstdint>

namespace subvolt::mapping {

struct Effort {
  std::int64_t steps = 0;  // each some ten nanoseconds of a processor of 2020: estimate, from the release build
  std::int64_t most = INT64_MAX;
  void add(std::int64_t more) { steps += more; }
  bool spent() const { return steps >= most; }
};

}  // namespace subvolt::mapping
