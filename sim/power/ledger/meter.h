// When energy was spent in a run whose epochs are not kept: each is priced when it is over.
#pragma once

#include <memory>
#include <vector>

#include "sim/power/ledger/energy_model.h"
#include "sim/units/picoseconds.h"

namespace subvolt::power {

class Meter {
 public:
  // `head`: components, domains and operating points of the record to come. The rest must outlive the meter.
  Meter(const ActivityRecord& head, const PowerIntent& intent, const std::vector<OperatingPoint>& points,
        const PriceSources& sources);
  ~Meter();
  // In order of time, from the first one on.
  void take(const Epoch& epoch);
  // After the last one; once.
  Metered finish(Picoseconds total_time);

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace subvolt::power
