// Layers of one inference at several operating points, so that it ends in time with less energy. Internal.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/run/dvfs/single_point.h"
#include "sim/run/dvfs/ways.h"

namespace subvolt::run {

// The least number of first layers at `fast`, the rest at `slow`, with which an inference ends in time: found by
// bisection over simulated periods.
Way two_level(Player& player, const Tried& slow, const Tried& fast, Pattern pattern);

// Each layer at one of the points, which are tried as a whole. Chosen by dynamic programming over layers and points:
// energy + lambda * time of each layer as in a run at that point alone, less what the SoC draws idle, and of each
// change; lambda is the least that ends in time. What is chosen is then simulated, with less time to plan for if it
// does not end in time.
Way per_layer(Player& player, const std::vector<const Tried*>& points, Pattern pattern);

}  // namespace subvolt::run
