#include "models/hw/npu/timed_unit.h"

#include <utility>

namespace subvolt::hw {

TimedUnit::TimedUnit(sc_core::sc_module_name name, kernel::Environment& environment, kernel::Traits traits,
                     mapping::Engine engine)
    : Component(name, environment, std::move(traits)), engine_(engine), timer_([this] { step(); }) {}

Picoseconds TimedUnit::occupy(std::int32_t command, Picoseconds begin, Cycles cycles) {
  command_ = command;
  end_ = clock().edge_after(begin, cycles);
  busy(begin, end_);
  begun_ = begin <= kernel::time_now();
  timer_.at(begun_ ? end_ : begin);
  if (begun_) listener().on_begin(command_);
  return end_;
}

void TimedUnit::step() {
  if (!begun_) {
    begun_ = true;
    timer_.at(end_);
    listener().on_begin(command_);
    return;
  }
  const std::int32_t done = command_;
  command_ = -1;
  finish();
  listener().on_done(done);
  listener().on_free(engine_);
}

}  // namespace subvolt::hw
