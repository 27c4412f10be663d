// Transposed convolutions on the array: as convolutions whose results lie between each other.
//
// Output o of an axis takes input i through tap k where o + pad = i stride + k. So outputs whose o + pad have the same
// remainder p by the stride, a *phase*, see the same taps p, p + stride, ..., n(p) of them, and neighbouring ones see
// neighbouring inputs: a convolution of stride 1 with n(p) taps, whose results lie stride pixels apart (W. Shi et al.,
// "Is the deconvolution layer the same as a convolutional layer?", arXiv 1609.07009, 2016). No multiplication is by an
// inserted zero.
//
// Such a layer counts input pixels x kernel MACs (transposed_convolution.cpp). Phases do as many where the output is
// stride times as large as the input, each phase then having as many outputs as there are inputs; taps over the edge
// are counted, as those of any convolution. Others are refused, and kernels that leave a phase without a tap.
#pragma once

#include <string>
#include <vector>

#include "sim/mapping/layer/mac_layer.h"

namespace subvolt::mapping {

bool is_transposed(const network::Layer& layer);

// What keeps the layer from being made of phases, behind the name of who is asked; empty: nothing.
std::string transposed_obstacle(const network::Layer& layer);

// One for each phase of rows and columns, rows outermost, of a layer without obstacle. `whole`: as mac_layer() gives
// it. The compiler stores the weights phase by phase; biases are loaded for each.
std::vector<MacLayer> phases_of(const MacLayer& whole, const network::Layer& layer);

}  // namespace subvolt::mapping
