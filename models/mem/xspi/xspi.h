// HyperRAM, octal and quad PSRAM, serial flash in a SoC: an XspiEngine (behaviour, events) in a MemoryTarget (port,
// controller, contents).
//
// Parameters: XspiConfig; the device's own are in its memory document (XspiDeviceConfig). Clocks: the component runs on
// the interface clock, its child "controller" on the on-chip one. Prices: the device's document; the controller's
// memory_controller.request and its inventory: the technology. Flash is not writable for programs.
#pragma once

#include "models/mem/target/memory_target.h"
#include "models/mem/xspi/xspi_config.h"

namespace subvolt::mem {

class Xspi : public MemoryTarget {
 public:
  Xspi(sc_core::sc_module_name name, const XspiConfig& config, kernel::Environment& environment);
};

}  // namespace subvolt::mem
