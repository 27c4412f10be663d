// Embedded non-volatile memory in a SoC: an NvmEngine (behaviour, events) in a MemoryTarget (port, controller,
// contents).
//
// Parameters: NvmConfig; the macro's own are in its memory document (NvmDeviceConfig). Clocks: the component runs on
// the macro's clock, its child "controller" on the bus's; both may be the same. Prices: the macro's document; the
// controller's memory_controller.request and its inventory: the technology.
#pragma once

#include "models/mem/nvm/nvm_config.h"
#include "models/mem/target/memory_target.h"

namespace subvolt::mem {

class Nvm : public MemoryTarget {
 public:
  Nvm(sc_core::sc_module_name name, const NvmConfig& config, kernel::Environment& environment);
};

}  // namespace subvolt::mem
