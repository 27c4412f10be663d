// Networks that stages run on the scenario's design, with what they cost. Internal to resolve().
#pragma once

#include <string>

#include "sim/scenario/engine/model.h"

namespace subvolt::scenario {

// Asks for the costs of all networks of all stages at once. `networks` may be null where no stage runs one.
void add_design(Model& model, const config::Node& section, NetworkCosts* networks, config::Diagnostics& d);

// Index of a network that some stage names.
int network_of(const Model& model, const std::string& name);

// The states of a simulated device: at rest, and the modes of its chip in which it may rest instead. One that forgets
// weights has their loading in its way back.
void add_simulated_states(const Model& model, Device& device);

// How often an inference of each stage finds that another network ran before it, so that its weights must be loaded:
// the last inference of what arrived before it, or one of its own cascade. Arrivals of several sources count as
// independent.
std::vector<double> shares_loading(const Model& model, const std::vector<double>& rates,
                                   const std::vector<double>& activations);

}  // namespace subvolt::scenario
