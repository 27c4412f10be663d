// Which copies a plan does without: tensors that share storage (joint_storage.h) save them, and pay with rows that lie
// apart, which take more bursts, and with a block that lives longer than each of its tensors, which may push others
// into a dearer memory. No rule says which is more, so both are planned, and the estimates of their layers compared.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "sim/mapping/layer/who_runs.h"
#include "sim/mapping/place/cost_model.h"
#include "sim/mapping/program/plan.h"

namespace subvolt::mapping {

// All that can be joined of layers with these runners, under these placement rules.
Joins joins_to_try(const network::Network& network, const Hardware& hardware, const std::vector<Runner>& runners,
                   const std::vector<PlacementRule>& rules);

class JoinChoice {
 public:
  JoinChoice(const network::Network& network, Objective objective) : network_(network), objective_(objective) {}

  // The first one without joins, where that is possible. A further one has to be no worse than the first in cost, in
  // cycles and in off-chip bytes, and better than the best so far in what the objective is about.
  void offer(Plan plan);
  // Of all joins, which the second plan offered has and the first one has not: those of blocks whose layers cost no
  // more with them, and take no longer. Nothing unless both are there.
  Joins worth_it(const Joins& joins) const;
  bool none() const { return !best_; }
  static Figures sum(const Plan& plan);  // of its layers
  Plan best() { return std::move(*best_); }

 private:
  static Figures figures_of(const LayerMapping& mapping);
  const network::Network& network_;
  Objective objective_;
  std::vector<std::vector<LayerMapping>> mappings_;  // of all that were offered, by layer
  std::optional<Plan> best_;
  Figures first_, best_figures_;
};

}  // namespace subvolt::mapping
