// What regulators lose whose loss depends on load, or that feed one another (SupplyTree). Internal.
//
// Load is the mean over all the time that the SoC spends alike: at one operating point, in the same power states, at
// work on the same task. Coils and capacitors of a converter average over microseconds, epochs are as short as events
// are apart; and a folded record knows these sums, so that it costs what the record that it was folded from does. Over
// such a time a rail with load P loses
//
//   (standing + loss(P)) t
//
// of which `standing` is a cost of time, and loss(P) / P a share of each joule that was delivered.
#pragma once

#include <map>
#include <tuple>
#include <vector>

#include "sim/power/intent/supply_tree.h"
#include "sim/power/ledger/ledger.h"
#include "sim/power/record/activity_record.h"

namespace subvolt::power {

// Energy of which it is not known yet what regulators lose on it.
struct Draft {
  Energy sure;  // all else, with its losses
  struct Part {
    std::int32_t alike = 0;  // which time that the SoC spends alike
    std::int32_t rail = 0;   // kTime: no energy, but so much time
    double amount = 0.0;     // J, s
  };
  static constexpr std::int32_t kTime = -1;
  std::vector<Part> parts;
  Draft& operator+=(const Draft& more);
};

class LoadLosses {
 public:
  LoadLosses(const PowerIntent& intent, const std::vector<OperatingPoint>& points);
  bool any() const { return !tree_.rails.empty(); }
  bool holds(std::size_t rail) const { return rail < tree_.holds.size() && tree_.holds[rail]; }

  // The epoch in hand, with its time.
  void begin(const Epoch& epoch, std::size_t slot);
  std::int32_t alike() const { return current_; }
  // Delivered to a rail that it holds, in the epoch in hand, for whoever has that slot.
  void delivered(std::size_t rail, std::size_t slot, Energy energy);
  Draft::Part time_of(const Epoch& epoch) const;

  // All has been delivered.
  void settle();
  Energy energy(const Draft& draft) const;
  // What each rail on the way to the battery loses on such a part: lost(rail, energy).
  template <class Lost>
  void lost(const Draft::Part& part, const Lost& lost) const;

  // Of one rail at one point, over the run.
  struct Slot {
    Energy delivered, lost;    // beyond `standing`
    std::int64_t time_ps = 0;  // of the time that is its own
  };
  struct Rail {
    std::size_t rail = 0;
    std::size_t point = 0;
    Power standing;  // at the voltages of the point
    std::int64_t time_ps = 0;
    Energy delivered, lost;
    std::map<std::size_t, Slot> slots;
  };
  std::vector<Rail> rails() const;

 private:
  using Key = std::tuple<std::int32_t, std::int32_t, std::int32_t, std::vector<PowerState>>;
  struct Feed {  // of one rail
    std::map<std::size_t, Energy> by_slot;
    double share = 0.0;  // of each joule delivered
    Power standing;
    double factor = 0.0;  // lost on each joule on the way to the battery
  };
  struct Alike {
    std::size_t point = 0, slot = 0;
    std::int32_t from = kSettled;
    std::int64_t time_ps = 0;
    std::vector<Feed> rails;  // by voltage domain
    Power standing;           // of all, with what feeds them
  };
  void settle(Alike& alike) const;

  const PowerIntent& intent_;
  const std::vector<OperatingPoint>& points_;
  SupplyTree tree_;
  std::map<Key, std::int32_t> keys_;
  std::vector<Alike> alike_;
  std::int32_t current_ = 0;
};

template <class Lost>
void LoadLosses::lost(const Draft::Part& part, const Lost& lost) const {
  const Alike& alike = alike_[static_cast<std::size_t>(part.alike)];
  const auto pass = [&](std::size_t rail, double joules) {
    for (; rail != kNoRail; rail = tree_.feeders[rail]) {
      const double share = joules * alike.rails[rail].share;
      lost(rail, Energy::from_si(share));
      joules += share;
    }
  };
  if (part.rail != Draft::kTime) return pass(static_cast<std::size_t>(part.rail), part.amount);
  for (const std::size_t rail : tree_.rails) {
    const double joules = alike.rails[rail].standing.si() * part.amount;
    lost(rail, Energy::from_si(joules));
    pass(tree_.feeders[rail], joules);
  }
}

}  // namespace subvolt::power
