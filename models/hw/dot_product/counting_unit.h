// A part of an accelerator whose times the accelerator knows: it has hardware, events and a clock of its own.
#pragma once

#include <utility>

#include "sim/kernel/component.h"
#include "sim/units/picoseconds.h"

namespace subvolt::hw {

class CountingUnit : public kernel::Component {
 public:
  CountingUnit(sc_core::sc_module_name name, kernel::Environment& environment, kernel::Traits traits)
      : Component(name, environment, std::move(traits)) {}

  void state(kernel::StateKey&) const override {}  // none of its own

  // At work from then until close(). open() returns when it can begin.
  Picoseconds open() { return begin_work(); }
  void close() { end_work(); }
  // `n` of its events, by their place in its traits: now, or over a time.
  void add(int event, std::int64_t n, int task) { count_for(task, event, n); }
  void add_over(int event, std::int64_t n, Picoseconds begin, Picoseconds end, int task) {
    spread(event, n, begin, end, task);
  }
};

}  // namespace subvolt::hw
