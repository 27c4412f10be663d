// Which of several ways to do the same an objective takes, when its figures are known as well as they get.
//
// Of ways that lie nearer to each other than these figures are exact, objectives take the same one: D, the best for
// `edp` of those that all know. And they take none that would be better for edp. So latency costs more energy only
// where it saves time, and energy more time only where it saves energy. With T and E of time and cost: T_L < T_D (1 -
// s) or L = D; E_G < E_D (1 - s) or G = D; and T E is at least T_D E_D. So T_L <= T_D <= T_G, and E_L >= E_D >= E_G.
#pragma once

#include <cstddef>
#include <vector>

#include "sim/mapping/place/cost_model.h"

namespace subvolt::mapping {

// Of figures, the first `common` of which, at least one, any objective knows; of equal ones the first.
std::size_t best_for(Objective objective, const std::vector<Figures>& ways, std::size_t common);

}  // namespace subvolt::mapping
