#include "sim/power/record/activity_record.h"

namespace subvolt::power {

const char* to_text(Cause cause) {
  switch (cause) {
    case Cause::kSwitching:
      return "switching";
    case Cause::kClockTree:
      return "clock_tree";
    case Cause::kLeakage:
      return "leakage";
    case Cause::kRetention:
      return "retention";
    case Cause::kTransition:
      return "transition";
    case Cause::kSupplyLoss:
      return "supply_loss";
    case Cause::kBackground:
      return "background";
    case Cause::kRefresh:
      return "refresh";
    case Cause::kIo:
      return "io";
  }
  return "?";
}

const char* to_text(EventRole role) {
  switch (role) {
    case EventRole::kNone:
      return "none";
    case EventRole::kMac:
      return "mac";
    case EventRole::kReadBytes:
      return "read_bytes";
    case EventRole::kWriteBytes:
      return "write_bytes";
    case EventRole::kIdleMac:
      return "idle_mac";
  }
  return "?";
}

const double* EventDeclaration::attribute(const std::string& wanted) const {
  for (const auto& [attribute, value] : attributes) {
    if (attribute == wanted) return &value;
  }
  return nullptr;
}

std::vector<EventDeclaration> limited(std::vector<EventDeclaration> events, const EventLimits& most_per_cycle,
                                      const EventLimits& most_per_ps) {
  const auto limit = [&events](const EventLimits& limits, std::int64_t EventDeclaration::*most) {
    for (const auto& [name, count] : limits) {
      for (EventDeclaration& event : events) {
        if (event.name == name) event.*most = count;
      }
    }
  };
  limit(most_per_cycle, &EventDeclaration::most_per_cycle);
  limit(most_per_ps, &EventDeclaration::most_per_ps);
  return events;
}

std::int64_t ActivityRecord::peak_macs_per_cycle_of(const LayerActivity& layer) const {
  for (const AcceleratorActivity& accelerator : accelerators) {
    if (accelerator.name == layer.runner) return accelerator.peak_macs_per_cycle;
  }
  return peak_macs_per_cycle;
}

std::int64_t ActivityRecord::inferences() const {
  std::int64_t sum = 0;
  for (const JobActivity& job : jobs) sum += job.inferences;
  return sum;
}

}  // namespace subvolt::power
