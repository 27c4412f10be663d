#include "sim/kernel/operating_points.h"

#include <algorithm>

#include "sim/config/error.h"
#include "sim/kernel/component.h"

namespace subvolt::kernel {

Picoseconds OperatingPoints::drained() const {
  Picoseconds last = time_now();
  for (const Component* component : recorder_.components()) {
    if (dynamic_cast<const PowerController*>(component)) continue;
    const Picoseconds until = component->works_until();
    if (until == Picoseconds::max()) {
      throw Error(ErrorKind::kInternal, component->instance() + " works while the operating point is to change");
    }
    last = std::max(last, until);
  }
  return last;
}

void OperatingPoints::change_to(int point, const std::function<void(Picoseconds ps)>& wait_until) {
  while (drained() > time_now()) wait_until(drained());
  const auto from = static_cast<std::size_t>(now_), to = static_cast<std::size_t>(point);
  const Picoseconds stop = time_now();
  const Picoseconds go = stop + change_[from][to];
  // Before the clocks change: the epoch that ends here is counted at the point that it ran at.
  recorder_.begin_point_change(now_, point);
  for (const Clock& clock : clocks_) {
    if (clock.frequencies[from] != clock.frequencies[to]) clock.domain->change(clock.frequencies[to], stop, go);
  }
  now_ = point;
  for (const auto& listener : listeners_) listener();
  if (go > stop) wait_until(go);
}

}  // namespace subvolt::kernel
