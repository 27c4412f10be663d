// Energy that is drawn evenly over a time, in the order in which it begins. Internal.
#pragma once

#include <algorithm>
#include <vector>

#include "sim/power/ledger/trace.h"

namespace subvolt::power {

class LastingEnergy {
 public:
  void add(std::int64_t begin_ps, std::int64_t end_ps, Energy energy) {
    if (energy > Energy()) drawn_.push_back({{begin_ps, end_ps, energy}, Energy()});
  }
  // What was drawn since the last call, for times that only rise. Whatever ends by then is delivered to the last bit.
  Energy until(std::int64_t ps) {
    Energy sum;
    for (Drawn& d : drawn_) {
      const bool over = ps >= d.all.end_ps;
      const double share =
          static_cast<double>(ps - d.all.begin_ps) / static_cast<double>(d.all.end_ps - d.all.begin_ps);
      const Energy due = over ? d.all.energy : d.all.energy * share;
      sum += due - d.delivered;
      d.delivered = due;
    }
    drawn_.erase(std::remove_if(drawn_.begin(), drawn_.end(), [ps](const Drawn& d) { return ps >= d.all.end_ps; }),
                 drawn_.end());
    return sum;
  }

  bool empty() const { return drawn_.empty(); }

 private:
  struct Drawn {
    TraceSegment all;
    Energy delivered;
  };
  std::vector<Drawn> drawn_;
};

}  // namespace subvolt::power
