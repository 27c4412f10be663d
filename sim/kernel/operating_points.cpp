#include "sim/kernel/operating_points.h"

#include <algorithm>

#include "sim/config/error.h"
#include "sim/kernel/component.h"

namespace subvolt::kernel {

std::int64_t OperatingPoints::drained_ps() const {
  std::int64_t last = now_ps();
  for (const Component* component : recorder_.components()) {
    if (dynamic_cast<const PowerController*>(component)) continue;
    const std::int64_t until = component->works_until_ps();
    if (until == INT64_MAX) {
      throw Error(ErrorKind::kInternal, component->instance() + " works while the operating point is to change");
    }
    last = std::max(last, until);
  }
  return last;
}

void OperatingPoints::change_to(int point, const std::function<void(std::int64_t ps)>& wait_until) {
  while (drained_ps() > now_ps()) wait_until(drained_ps());
  const auto from = static_cast<std::size_t>(now_), to = static_cast<std::size_t>(point);
  const std::int64_t stop_ps = now_ps();
  const std::int64_t go_ps = stop_ps + change_ps_[from][to];
  // Before the clocks change: the epoch that ends here is counted at the point that it ran at.
  recorder_.begin_point_change(now_, point);
  for (const Clock& clock : clocks_) {
    if (clock.hertz[from] != clock.hertz[to]) clock.domain->change(clock.hertz[to], stop_ps, go_ps);
  }
  now_ = point;
  for (const auto& listener : listeners_) listener();
  if (go_ps > stop_ps) wait_until(go_ps);
}

}  // namespace subvolt::kernel
