// How long one arrival of a source holds a device, when all stages that it reaches are taken together.
#pragma once

#include <vector>

#include "sim/scenario/engine/flow.h"

namespace subvolt::scenario {

// On average, seconds in which at least one stage holds the device in a state that draws `draw` or more: the measure of
// the union of their holds. Arrivals of a Poisson process each of which covers such a set leave
//
//   exp(-rate E|union|)
//
// of the time uncovered (the Boolean model; P. Hall, "Introduction to the theory of coverage processes", 1988).
double covered_s(const Model& model, const std::vector<Reach>& reach, int source, int device, double draw);

// Of one stage that holds something: how long, its device's start-up included.
double hold_s(const Model& model, const ModelStage& stage, const Holding& holding);

}  // namespace subvolt::scenario
