// Layers of a network as a block engine takes them.
//
// What it takes: dense and depthwise convolutions with strides of 1 to 3, windows of 64 lines each way and 4096 taps at
// most; fully connected layers, whose outputs are pixels of one or more lines; average pools of 8 x 8 taps at most, or
// without padding of 256 lines each way; max pools of 256 lines; sums, differences and products of two activations of
// one shape, or one of which stretches over the other. Activations that are no clamps are looked up in a table.
// Operands are int8 or uint8, biases int32. Source: what Arm's compiler Vela gives to Ethos-U (ethos-u-vela 3.10,
// SUPPORTED_OPS.md: convolution strides 1 to 3, dilated kernel height 1 to 64 and product 1 to 4096, average pool 1 to
// 8 with padding and 1 to 256 without). Softmax, resizing, means, transposed convolutions and int16, which Vela
// composes of further operations, go to the host.
//
// The first convolution of a network whose stride along the line is 2 or 3 is folded where its image allows it: that
// many neighbouring columns become channels of one, so that the multipliers are better used; the kernel is padded with
// zeros to as many whole columns as keep the padding.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "sim/mapping/block_engine/block_work.h"
#include "sim/network/network.h"

namespace subvolt::mapping {

// In words that begin with what is in the way; empty: nothing is.
std::string block_engine_obstacle(const network::Network& network, std::size_t layer, const std::string& instance);

// Of a layer without obstacle; one image of it.
BlockWork block_work(const network::Network& network, std::size_t layer);

}  // namespace subvolt::mapping
