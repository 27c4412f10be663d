// Records without a timeline: what prices need, whatever the length of the run.
//
// Epochs of one operating point (or one change to it), the same power states and the same task become one, whose times,
// counts and clock edges are their sums. Energies of a folded record are those of the record; what is lost is when they
// were spent, and with it peaks of power. A recorder folds while it runs, a record from a file is folded as a whole:
// the same sums, whatever was added in which order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include "sim/power/record/activity_record.h"

namespace subvolt::power {

// Epochs that a record may have before it is folded: some hundred bytes each.
inline constexpr std::size_t kManyEpochs = 10'000;

class FoldedEpochs {
 public:
  void add(const Epoch& epoch);
  // As if all that was added to `others` had happened so many times here.
  void add(const FoldedEpochs& others, std::int64_t times);
  // One behind the other from time 0 on, in the order of what they have in common.
  std::vector<Epoch> epochs() const;

 private:
  using Key = std::tuple<std::int32_t, std::int32_t, std::int32_t, std::vector<PowerState>>;
  std::map<Key, Epoch> sums_;  // which last as long as all together
};

void fold(ActivityRecord& record);

}  // namespace subvolt::power
