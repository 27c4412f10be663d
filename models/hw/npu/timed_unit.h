// Base of the units that know at the begin of a command when it will end: MAC array and vector unit.
#pragma once

#include "models/hw/npu/engine_unit.h"
#include "sim/kernel/component.h"
#include "sim/units/picoseconds.h"

namespace subvolt::hw {

class TimedUnit : public kernel::Component, public EngineUnit {
 public:
  bool free(mapping::Engine) const override { return command_ < 0; }
  void state(kernel::StateKey& key) const override { key.at_work_if(command_ >= 0); }

 protected:
  TimedUnit(sc_core::sc_module_name name, kernel::Environment& environment, kernel::Traits traits,
            mapping::Engine engine);
  // The command occupies the unit for `cycles` from `begin`, a clock edge. Returns the end.
  Picoseconds occupy(std::int32_t command, Picoseconds begin, Cycles cycles);
  // Called at the end, before the listener is told.
  virtual void finish() = 0;

 private:
  void step();

  mapping::Engine engine_;
  std::int32_t command_ = -1;
  bool begun_ = false;
  Picoseconds end_{};
  kernel::Timer timer_;
};

}  // namespace subvolt::hw
