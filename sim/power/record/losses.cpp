#include "sim/power/record/losses.h"

#include <algorithm>

#include "sim/power/record/activity_record.h"
#include "sim/units/counts.h"

namespace subvolt::power {
namespace {

bool is_part_of(const std::string& component, const std::string& accelerator) {
  return component == accelerator || component.compare(0, accelerator.size() + 1, accelerator + ".") == 0;
}

std::int64_t& of_cause(LostCycles& lost, const std::string& cause) {
  const auto known = std::find_if(lost.begin(), lost.end(), [&](const auto& l) { return l.first == cause; });
  return known != lost.end() ? known->second : lost.emplace_back(cause, 0).second;
}

}  // namespace

std::vector<const EventDeclaration*> losses_of(const ActivityRecord& record, const std::string& accelerator) {
  std::vector<const EventDeclaration*> all;
  for (const ComponentDeclaration& component : record.components) {
    if (!is_part_of(component.name, accelerator)) continue;
    for (const EventDeclaration& event : component.events) {
      const bool known = std::any_of(all.begin(), all.end(),
                                     [&](const EventDeclaration* e) { return e->loss.cause == event.loss.cause; });
      if (!event.loss.cause.empty() && !known) all.push_back(&event);
    }
  }
  return all;
}

LostCycles lost_cycles(const ActivityRecord& record, const std::string& accelerator, const std::int64_t* counts,
                       std::int64_t macs, std::int64_t accelerator_cycles) {
  LostCycles lost;
  std::int64_t peak = 1;
  for (const AcceleratorActivity& a : record.accelerators) {
    if (a.name == accelerator) peak = std::max(peak, a.peak_macs_per_cycle);
  }
  std::int64_t slots = macs, full = ceil_div(macs, peak);
  std::int64_t left = accelerator_cycles - full;
  std::size_t id = 0;
  for (const ComponentDeclaration& component : record.components) {
    const bool part = is_part_of(component.name, accelerator);
    for (const EventDeclaration& event : component.events) {
      const std::int64_t count = counts[id++];
      if (!part || event.loss.cause.empty()) continue;
      std::int64_t cycles = count;
      if (event.role == EventRole::kIdleMac) {
        slots += count;
        cycles = ceil_div(slots, peak) - full;
        full += cycles;
      }
      of_cause(lost, event.loss.cause) += cycles;
      left -= cycles;
    }
  }
  if (left > 0) lost.emplace_back(kNotTold, left);
  return lost;
}

}  // namespace subvolt::power
