// The events of a component's children, for its kind's registration: there they have the names of their parts.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/power/record/activity_record.h"

namespace subvolt::kernel {

// "mac_int8" of the child "array" is "array.mac_int8" in `all`.
inline void add_events_of(const std::string& child, std::vector<power::EventDeclaration> events,
                          std::vector<power::EventDeclaration>& all) {
  for (power::EventDeclaration& event : events) {
    event.name = child + "." + event.name;
    all.push_back(std::move(event));
  }
}

}  // namespace subvolt::kernel
