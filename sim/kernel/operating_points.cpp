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

void OperatingPoints::change_to(int point) {
  for (std::int64_t left = drained_ps() - now_ps(); left > 0; left = drained_ps() - now_ps()) {
    sc_core::wait(from_ps(left));
  }
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
  if (go_ps > stop_ps) sc_core::wait(from_ps(go_ps - stop_ps));
}

}  // namespace subvolt::kernel
