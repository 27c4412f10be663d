#include "sim/mapping/place/best_for.h"

namespace subvolt::mapping {
namespace {

// What a difference must be to be one. Of time as replay() finds it: three layers of four are within 1 % of the
// simulation (docs/validation.md), and the errors of two ways to do one layer are much the same. Of cost, which is an
// estimate of energy without its technology: a hundredth, and it must be there even where a cycle costs half as much
// again as the estimate (what idles beside the accelerator is of the SoC, and most of it in small networks).
constexpr double kSureOfTime = 0.003, kSureOfCost = 0.01, kDearerCycles = 0.5 * kCycleCost;

bool surely_cheaper(const Figures& a, const Figures& b) {
  const double longer = static_cast<double>(a.cycles - b.cycles);
  return a.cost + kDearerCycles * longer < (1.0 - kSureOfCost) * b.cost;
}

bool surely_faster(const Figures& a, const Figures& b) {
  return static_cast<double>(a.cycles) < (1.0 - kSureOfTime) * static_cast<double>(b.cycles);
}

}  // namespace

std::size_t best_for(Objective objective, const std::vector<Figures>& ways, std::size_t common) {
  std::size_t agreed = 0;
  for (std::size_t i = 1; i < common; ++i) {
    if (score(Objective::kEdp, ways[i]) < score(Objective::kEdp, ways[agreed])) agreed = i;
  }
  if (objective == Objective::kEdp) return agreed;
  const auto sure = objective == Objective::kLatency ? surely_faster : surely_cheaper;
  std::size_t own = agreed;
  for (std::size_t i = 0; i < ways.size(); ++i) {
    const bool better_for_edp = score(Objective::kEdp, ways[i]) < score(Objective::kEdp, ways[agreed]);
    if (better_for_edp || !sure(ways[i], ways[agreed])) continue;
    if (score(objective, ways[i]) < score(objective, ways[own])) own = i;
  }
  return own;
}

}  // namespace subvolt::mapping
