// What the schema types of a device cannot express. Internal.
#pragma once

#include "sim/config/diagnostics.h"
#include "sim/power/technology/device.h"

namespace subvolt::power {

void check_device(const Device& device, const config::Node& node, config::Diagnostics& diagnostics);
// Of a device with all its voltages. `node` is the device's, or that of a flavour that says only some of them.
void check_voltages(const Device& device, const config::Node& node, config::Diagnostics& diagnostics);

}  // namespace subvolt::power
