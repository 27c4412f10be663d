// The second look of a search: how far it goes, for which objectives, and the best of what the first one found.
//
// Where searches take their time, of networks with many MACs, they look less far. Objectives look first as `edp` does,
// which all agree on (place/best_for.h).
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/mapping/follow/following.h"
#include "sim/mapping/tile/finalists.h"
#include "sim/network/network.h"

namespace subvolt::mapping {

class SecondLook {
 public:
  SecondLook(const network::Network& network, Objective objective)
      : reach_(network.macs() < kSmallNetwork ? Reach::kFar : Reach::kNear), objective_(objective) {}

  Reach reach() const { return reach_; }
  // Whose candidates are followed: those of the one that it may agree with and its own, or all.
  std::vector<Objective> objectives() const {
    if (reach_ == Reach::kFar) return {Objective::kEdp, Objective::kLatency, Objective::kEnergy};
    if (objective_ == Objective::kEdp) return {objective_};
    return {Objective::kEdp, objective_};
  }

  // The best of them when they are followed: `cycles(choice)` follows, `other_way(choice)` is the same choice with its
  // loads at another pace, if there is such.
  template <class Choice, class FiguresOf, class Cycles, class OtherWay>
  Choice best(Found<Choice> found, const FiguresOf& figures_of, const Cycles& cycles, const OtherWay& other_way) const {
    const std::size_t at_least = reach_ == Reach::kFar ? 12 : 3;
    Following following(std::move(found.choices), at_least, figures_of, cycles, other_way);
    for (const Objective o : objectives()) {
      following.look_for(o);
      if (o == Objective::kEdp || reach_ == Reach::kFar) following.share();
      following.look_aside(o);
      if (o == Objective::kEdp || reach_ == Reach::kFar) following.share();
    }
    return following.take(objective_);
  }

 private:
  static constexpr std::int64_t kSmallNetwork = 1 << 25;  // MACs
  Reach reach_;
  Objective objective_;
};

}  // namespace subvolt::mapping
