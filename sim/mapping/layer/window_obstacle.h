// What keeps a layer off an engine of convolutions that requantises by itself: it takes convolutions and fully
// connected layers with constant weights and int32 biases, input and output of a byte, and clamps as activations.
#pragma once

#include <cstddef>
#include <string>

#include "sim/network/network.h"

namespace subvolt::mapping {

// `has_tables`: it looks other activations than clamps up.
// In words that begin with `instance`; empty: nothing does. Which weights it takes is the engine's own affair.
std::string window_obstacle(const network::Network& network, std::size_t layer, const std::string& instance,
                            bool has_tables = false);

}  // namespace subvolt::mapping
