#include "sim/power/record/event_totals.h"

namespace subvolt::power {

std::vector<std::int64_t> event_totals(const ActivityRecord& record) {
  std::size_t events = 0;
  for (const auto& component : record.components) events += component.events.size();
  std::vector<std::int64_t> totals(events);
  for (const Epoch& epoch : record.epochs) {
    for (const EventCount& e : epoch.events) totals[static_cast<std::size_t>(e.event)] += e.count;
    for (const OwnedCount& o : epoch.others) totals[static_cast<std::size_t>(o.event)] += o.count;
  }
  return totals;
}

}  // namespace subvolt::power
