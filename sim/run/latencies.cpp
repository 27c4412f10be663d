#include "sim/run/latencies.h"

#include <algorithm>

namespace subvolt::run {

std::int64_t Latencies::percentile(int percent) const {
  if (count_ == 0) return 0;
  std::int64_t rank = std::max<std::int64_t>(1, (count_ * percent + 99) / 100);
  for (std::size_t cycles = 0; cycles < times_.size(); ++cycles) {
    if (rank <= times_[cycles]) return static_cast<std::int64_t>(cycles);
    rank -= times_[cycles];
  }
  std::vector<std::int64_t> sorted = long_ones_;
  const auto at = sorted.begin() + static_cast<std::ptrdiff_t>(rank - 1);
  std::nth_element(sorted.begin(), at, sorted.end());
  return *at;
}

}  // namespace subvolt::run
