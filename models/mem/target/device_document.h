// The `device:` part of the memory document that a component names.
#pragma once

#include <string>

#include "sim/config/schema.h"
#include "sim/kernel/component.h"

namespace subvolt::mem {

// Throws Error(kConfiguration) when the document is for another kind of memory or has no device.
config::Node device_node(const config::Node& name, const std::string& kind, kernel::Environment& environment);

template <class Device>
Device device_of(const config::Node& name, const std::string& kind, kernel::Environment& environment) {
  return Device::schema().read(device_node(name, kind, environment));
}

}  // namespace subvolt::mem
