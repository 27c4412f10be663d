#include "sim/power/record/losses.h"

#include <algorithm>

#include "sim/power/record/activity_record.h"
#include "sim/units/counts.h"

namespace subvolt::power {

Losses::Losses(const ActivityRecord& record, const std::string& accelerator) {
  for (const AcceleratorActivity& a : record.accelerators) {
    if (a.name == accelerator) peak_ = std::max(peak_, a.peak_macs_per_cycle);
  }
  std::size_t id = 0;
  for (const ComponentDeclaration& component : record.components) {
    const bool part = component.name.compare(0, accelerator.size(), accelerator) == 0 &&
                      (component.name.size() == accelerator.size() || component.name[accelerator.size()] == '.');
    for (const EventDeclaration& event : component.events) {
      const std::size_t event_id = id++;
      if (!part || event.loss.cause.empty()) continue;
      auto cause = std::find_if(causes_.begin(), causes_.end(),
                                [&](const EventDeclaration* e) { return e->loss.cause == event.loss.cause; });
      if (cause == causes_.end()) cause = causes_.insert(cause, &event);
      counted_.push_back(
          {event_id, static_cast<std::size_t>(cause - causes_.begin()), event.role == EventRole::kIdleMac});
    }
  }
}

LostCycles Losses::of(const std::int64_t* counts, std::int64_t macs, std::int64_t accelerator_cycles) const {
  LostCycles lost;
  for (const EventDeclaration* cause : causes_) lost.emplace_back(cause->loss.cause, 0);
  std::int64_t slots = macs, full = ceil_div(macs, peak_);
  std::int64_t left = accelerator_cycles - full;
  for (const Counted& counted : counted_) {
    std::int64_t cycles = counts[counted.event];
    if (counted.idle_macs) {
      slots += cycles;
      cycles = ceil_div(slots, peak_) - full;
      full += cycles;
    }
    lost[counted.cause].second += cycles;
    left -= cycles;
  }
  if (left > 0) lost.emplace_back(kNotTold, left);
  return lost;
}

}  // namespace subvolt::power
