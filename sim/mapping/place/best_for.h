// Which of several ways to do the same an objective takes, when its figures are known as well as they get.
//
// Of ways that lie nearer to each other than these figures are exact, objectives take the same one: that of `edp`. So
// latency costs more energy only where it saves time, and energy more time only where it saves energy. With T and E of
// time and cost, and edp's way D: T_L < T_D (1 - s) or L = D; E_G < E_D (1 - s) or G = D; and T_D E_D is the least. So
// T_L <= T_D <= T_G, and E_L >= E_D >= E_G.
#pragma once

#include <cstddef>
#include <vector>

#include "sim/mapping/place/cost_model.h"

namespace subvolt::mapping {

// Of figures, at least one; of equal ones the first.
std::size_t best_for(Objective objective, const std::vector<Figures>& ways);

}  // namespace subvolt::mapping
