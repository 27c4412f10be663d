// What the sequencer asks of the units that execute commands, and what they tell it.
#pragma once

#include <cstdint>

#include "sim/mapping/program/command.h"

namespace subvolt::hw {

// All calls happen on edges of the NPU's clock. `command` is an index into the layer's commands.
class EngineListener {
 public:
  virtual ~EngineListener() = default;
  virtual void on_begin(std::int32_t command) = 0;   // works from now on
  virtual void on_free(mapping::Engine engine) = 0;  // takes the engine's next command
  virtual void on_done(std::int32_t command) = 0;    // its effects are visible
};

class EngineUnit {
 public:
  virtual ~EngineUnit() = default;
  void set_listener(EngineListener* listener) { listener_ = listener; }

  virtual bool free(mapping::Engine engine) const = 0;
  // Takes the command, on behalf of `task`; only when free. Work begins now, or when power has come up. The listener
  // hears of the begin from within this call when it is now, of the end never.
  virtual void start(std::int32_t command, const mapping::Command& what, int task) = 0;

 protected:
  EngineListener& listener() const { return *listener_; }

 private:
  EngineListener* listener_ = nullptr;
};

}  // namespace subvolt::hw
