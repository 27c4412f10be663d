#include "sim/mapping/place/best_for.h"

namespace subvolt::mapping {
namespace {

// What a difference must be to be one, of time as replay() finds it (docs/validation.md: three layers of four are
// within 1 % of the simulation; the errors of two ways to do one layer are much the same) and of cost, which is an
// estimate of energy without its technology.
constexpr double kSureOfTime = 0.003, kSureOfCost = 0.01;

}  // namespace

std::size_t best_for(Objective objective, const std::vector<Figures>& ways, std::size_t common) {
  std::size_t agreed = 0;
  for (std::size_t i = 1; i < common; ++i) {
    if (score(Objective::kEdp, ways[i]) < score(Objective::kEdp, ways[agreed])) agreed = i;
  }
  if (objective == Objective::kEdp) return agreed;
  std::size_t own = agreed;
  for (std::size_t i = 0; i < ways.size(); ++i) {
    const bool better_for_edp = score(Objective::kEdp, ways[i]) < score(Objective::kEdp, ways[agreed]);
    if (!better_for_edp && score(objective, ways[i]) < score(objective, ways[own])) own = i;
  }
  const Figures &a = ways[own], &b = ways[agreed];
  const bool worth = objective == Objective::kLatency
                         ? static_cast<double>(a.cycles) < (1.0 - kSureOfTime) * static_cast<double>(b.cycles)
                         : a.cost < (1.0 - kSureOfCost) * b.cost;
  return worth ? own : agreed;
}

}  // namespace subvolt::mapping
