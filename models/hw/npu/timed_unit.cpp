#include "models/hw/npu/timed_unit.h"

#include <utility>

namespace subvolt::hw {

TimedUnit::TimedUnit(sc_core::sc_module_name name, kernel::Environment& environment, kernel::Traits traits,
                     mapping::Engine engine)
    : Component(name, environment, std::move(traits)), engine_(engine), timer_([this] { step(); }) {}

std::int64_t TimedUnit::occupy(std::int32_t command, std::int64_t begin_ps, Cycles cycles) {
  command_ = command;
  end_ps_ = clock().edge_after(begin_ps, cycles);
  busy(begin_ps, end_ps_);
  begun_ = begin_ps <= kernel::now_ps();
  timer_.at(begun_ ? end_ps_ : begin_ps);
  if (begun_) listener().on_begin(command_);
  return end_ps_;
}

void TimedUnit::step() {
  if (!begun_) {
    begun_ = true;
    timer_.at(end_ps_);
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
