// Energy that is drawn evenly over a time, in the order in which it begins. Internal.
#pragma once

#include <algorithm>
#include <vector>

#include "sim/power/ledger/trace.h"
#include "sim/units/picoseconds.h"

namespace subvolt::power {

class LastingEnergy {
 public:
  void add(Picoseconds begin, Picoseconds end, Energy energy) {
    if (energy > Energy()) drawn_.push_back({{begin, end, energy}, Energy()});
  }
  // What was drawn since the last call, for times that only rise. Whatever ends by then is delivered to the last bit.
  Energy until(Picoseconds ps) {
    Energy sum;
    for (Drawn& d : drawn_) {
      const bool over = ps >= d.all.end;
      const double share =
          static_cast<double>((ps - d.all.begin).value()) / static_cast<double>((d.all.end - d.all.begin).value());
      const Energy due = over ? d.all.energy : d.all.energy * share;
      sum += due - d.delivered;
      d.delivered = due;
    }
    drawn_.erase(std::remove_if(drawn_.begin(), drawn_.end(), [ps](const Drawn& d) { return ps >= d.all.end; }),
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
