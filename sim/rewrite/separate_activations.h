// Activations that were fused into layers, as layers of their own again: for hardware that runs the one and not the
// other. The reverse of passes/activation.cpp, under its conditions: a function of the layer's results, element by
// element, behind the same rounding.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "sim/network/network.h"

namespace subvolt::rewrite {

struct Separated {
  network::Network network;
  // By layer of it: the layer of the network before that it is or, of an activation, was fused into.
  std::vector<std::size_t> from;
};

// `apart`: whether the activation of this layer, which has one, is to be a layer behind it, named LAYER/ACTIVATION.
// Nothing when none is. MACs and parameters stay.
std::optional<Separated> separate_activations(const network::Network& network,
                                              const std::function<bool(std::size_t layer)>& apart);

}  // namespace subvolt::rewrite
