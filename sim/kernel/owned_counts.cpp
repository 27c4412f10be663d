#include "sim/kernel/owned_counts.h"

namespace subvolt::kernel {

std::vector<std::int64_t>& OwnedCounts::look_for(int task, std::size_t events) {
  const auto known = std::find_if(all_.begin(), all_.end(), [task](const Owned& o) { return o.task == task; });
  last_ = static_cast<std::size_t>(known - all_.begin());
  if (known == all_.end()) all_.push_back({task, std::vector<std::int64_t>(events, 0)});
  return all_[last_].counts;
}

}  // namespace subvolt::kernel
