// Weights and biases of operators with MACs: constants, or tensors that other layers compute.
#pragma once

#include "sim/network/layer_draft.h"

namespace subvolt::network {

// Inputs are [x], [x, weights] or [x, weights, bias]. What is no input becomes a constant; an input must have as
// many elements as the constant would. A stated constant that there is no place for is an error.
bool add_weights_and_bias(LayerDraft& draft, const Shape& weights, std::int64_t channels);

// What convolutions need: `channels`, which `groups` divides, as it does the input's.
bool check_channels(LayerDraft& draft, std::int64_t in_channels);

}  // namespace subvolt::network
