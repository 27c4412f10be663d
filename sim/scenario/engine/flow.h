// How much of what arrives gets how far: reach of stages, by the truth about what arrived.
#pragma once

#include <vector>

#include "sim/scenario/engine/model.h"

namespace subvolt::scenario {

// Of one stage, per arrival of its source.
struct Reach {
  double activations = 0.0;  // how often it runs, on average
  double passes = 0.0;       // how often it lets something pass
  // Of the label that it looks for, of its arrivals: how many have it, how many of these pass here, how many others.
  double positives = 0.0, true_passes = 0.0, false_passes = 0.0;
  // The same of what reached it.
  double positives_here = 0.0, activations_true = 0.0, activations_false = 0.0;
};
std::vector<Reach> reach_of(const Model& model);

// What one arrival of a source makes of a device, on average: seconds of its work there, and how often there is any.
struct DeviceDemand {
  double seconds = 0.0;
  double any = 0.0;
};

}  // namespace subvolt::scenario
