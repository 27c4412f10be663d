// A SystemC thread that waits for times and for others of the timeline, for components whose behaviour reads best from
// top to bottom. It costs two switches of context each time: what happens once per burst is a Timer's matter.
#pragma once

#include <cstdint>
#include <functional>
#include <systemc>
#include <vector>

#include "sim/kernel/timeline.h"
#include "sim/units/picoseconds.h"

namespace subvolt::kernel {

class Thread {
 public:
  // Made in the constructor of its module; `body` begins at time 0.
  Thread(const char* name, std::function<void()> body);

  // From within `body`.
  void wait_until(Picoseconds ps);
  // Until somebody calls wake(), at most until `until`. It may return for no reason: ask again.
  void wait(Picoseconds until = kNever);

  // After all that is due now.
  void wake() { timer_.at(time_now()); }

  static const std::vector<const sc_core::sc_object*>& processes();

 private:
  Timer timer_;
  sc_core::sc_event resumed_;
};

}  // namespace subvolt::kernel
