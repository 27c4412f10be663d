// Questions that several passes ask about layers.
#pragma once

#include <optional>

#include "sim/rewrite/editor.h"

namespace subvolt::rewrite {

// Convolutions of every kind and fully_connected: multiply-accumulates with weights and a bias per output channel.
bool has_channels(const Node& node);
bool is_depthwise(const Node& node);
bool is_pool(const Node& node);
// The weights are constants of the layer, not tensors that other layers compute.
bool has_constant_weights(const Node& node);
// Reads one tensor and makes one with the same elements, at other places or under another shape; nothing is computed.
bool only_moves(const Node& node);
// The number of output channels of such a layer, channels last.
std::int64_t output_channels(const Editor& editor, const Node& node);

// Its constant operands stand beside its tensors, element for element: they have one type.
bool mixes_constants_with_inputs(const Node& node);
// The constant side of an operator on two operands; nullptr when both are activations.
const network::Constant* constant_operand(const Node& node);
// One number: its value does not matter to whoever asks.
bool has_scalar_operand(const Node& node);

bool is_float(const Editor& editor, TensorId id);
// Both have the same type and, if they are integers, the same scale and zero point. Where a network says nothing of
// scales, all are taken for the same.
bool same_encoding(const network::Tensor& a, const network::Tensor& b);

// `axis` counted from the front.
std::size_t dimension(std::int64_t axis, std::size_t rank);

// The layer that alone uses the output of `layer`, when the follower reads nothing but that once.
std::optional<LayerId> only_follower(const Editor& editor, LayerId layer);

}  // namespace subvolt::rewrite
