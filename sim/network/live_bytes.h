// Activation memory of a network whose tensors all have a place of their own.
#pragma once

#include <cstddef>

#include "sim/network/network.h"

namespace subvolt::network {

struct ActivationPeak {
  Bytes bytes;
  std::size_t layer = 0;  // where it is reached, the first of several
};

// The largest sum of tensors alive at one operator, in file order: what it reads, what it writes and what waits for
// a later reader; results of the network wait until the end. Weights are not in it, no operator works in place, and
// a view's output counts beside its input: the figure that converters of model files report.
// Network::peak_activation_bytes() is what remains when views share.
ActivationPeak separate_activation_peak(const Network& network);

}  // namespace subvolt::network
