#include "sim/mapping/place/best_for.h"

namespace subvolt::mapping {
namespace {

// What a difference must be to be one, of time as replay() finds it (docs/validation.md: three layers of four are within
// 1 % of the simulation; the errors of two ways to do one layer are much the same) and of cost, which is an estimate of
// energy without its technology.
constexpr double kSureOfTime = 0.003, kSureOfCost = 0.01;

std::size_t least(Objective objective, const std::vector<Figures>& ways) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < ways.size(); ++i) {
    if (score(objective, ways[i]) < score(objective, ways[best])) best = i;
  }
  return best;
}

}  // namespace

std::size_t best_for(Objective objective, const std::vector<Figures>& ways) {
  const std::size_t common = least(Objective::kEdp, ways);
  if (objective == Objective::kEdp) return common;
  const std::size_t own = least(objective, ways);
  const Figures &a = ways[own], &b = ways[common];
  const bool worth = objective == Objective::kLatency
                         ? static_cast<double>(a.cycles) < (1.0 - kSureOfTime) * static_cast<double>(b.cycles)
                         : a.cost < (1.0 - kSureOfCost) * b.cost;
  return worth ? own : common;
}

}  // namespace subvolt::mapping
