#include "sim/mapping/program/join_choice.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "sim/mapping/place/joint_storage.h"
#include "sim/mapping/place/placement.h"

namespace subvolt::mapping {
namespace {

void add(Figures& sum, const Figures& more) {
  sum.off_chip_bytes += more.off_chip_bytes;
  sum.cycles += more.cycles;
  sum.cost += more.cost;
}

bool no_worse(const Figures& a, const Figures& b) {
  return a.off_chip_bytes <= b.off_chip_bytes && a.cycles <= b.cycles && a.cost <= b.cost;
}

}  // namespace

Joins joins_to_try(const network::Network& network, const Hardware& hardware, const std::vector<Runner>& runners,
                   const std::vector<PlacementRule>& rules) {
  const auto accelerated = [&](std::size_t l) { return runners[l].runs == Runner::Runs::kOnAccelerator; };
  const auto takes_pitch = [&](std::size_t l, network::TensorId t) {
    const std::vector<int>& all = runners[l].accelerators;
    return accelerated(l) && std::all_of(all.begin(), all.end(), [&](int a) {
             return hardware.accelerators[static_cast<std::size_t>(a)]->takes_pitch(network, l, t);
           });
  };
  const auto saves_copies = [&](std::size_t l) {
    const std::vector<int>& all = runners[l].accelerators;
    return accelerated(l) && std::all_of(all.begin(), all.end(), [&](int a) {
             return hardware.accelerators[static_cast<std::size_t>(a)]->joins(network, l);
           });
  };
  return possible_joins(network, {rule_of_tensors(network, hardware.memories, rules), saves_copies, takes_pitch});
}

Figures JoinChoice::figures_of(const LayerMapping& m) { return {m.off_chip_bytes, m.estimated_cycles.value(), m.cost}; }

Figures JoinChoice::sum(const Plan& plan) {
  Figures all;
  for (const LayerMapping& m : plan.mappings) add(all, figures_of(m));
  return all;
}

void JoinChoice::offer(Plan plan) {
  mappings_.push_back(plan.mappings);
  const Figures own = sum(plan);
  if (!best_) {
    best_ = std::move(plan);
    first_ = best_figures_ = own;
    return;
  }
  if (!no_worse(own, first_) || !(score(objective_, own) < score(objective_, best_figures_))) return;
  best_ = std::move(plan);
  best_figures_ = own;
}

Joins JoinChoice::worth_it(const Joins& joins) const {
  if (mappings_.size() != 2) return {};
  const std::vector<StorageOf> place = storages(network_, joins);
  const std::vector<std::size_t> owners = owners_of(network_, joins);
  std::map<std::size_t, std::pair<Figures, Figures>> figures;  // by owner of a block: without and with
  for (const std::size_t owner : owners) figures[owner] = {};
  for (std::size_t l = 0; l < network_.layers.size(); ++l) {
    const network::Layer& layer = network_.layers[l];
    std::set<std::size_t> touched;
    for (const auto* tensors : {&layer.inputs, &layer.outputs}) {
      for (const network::TensorId t : *tensors) touched.insert(place[static_cast<std::size_t>(t)].owner);
    }
    for (const std::size_t owner : touched) {
      const auto block = figures.find(owner);
      if (block == figures.end()) continue;
      add(block->second.first, figures_of(mappings_[0][l]));
      add(block->second.second, figures_of(mappings_[1][l]));
    }
  }
  Joins kept;
  for (std::size_t j = 0; j < joins.size(); ++j) {
    const auto& [without, with] = figures.at(owners[j]);
    if (no_worse(with, without)) kept.push_back(joins[j]);
  }
  return kept;
}

}  // namespace subvolt::mapping
