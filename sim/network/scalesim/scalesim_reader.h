// Topology files of SCALE-Sim (scalesim-project/SCALE-Sim: scalesim/topology_utils.py), in both of its forms:
//
//   Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,
//   conv1, 225, 225, 3, 3, 3, 32, 2,
//
//   Layer, M, N, K,
//   Linear1, 1024, 4800, 1600,
//
// Such a file is a list of layers, not a graph: a layer reads the output of the row before when its IFMAP has exactly
// that shape, else an input of its own, NAME/ifmap. Padding is part of the IFMAP.
//
//   output    ceil((IFMAP - filter) / stride) + 1, as SCALE-Sim has it: a last window that the IFMAP only covers in
//             part counts; it becomes padding at the bottom and at the right
//   columns   by their headings, in any order (scalesim_table.h); one that nobody knows is an error
//   strides   one for both directions, or height and width in two columns
//   batch     a column "Batch" or "Batch Size": so many images (rows of M) with one set of weights. What all rows
//             divide by is the batch of the network
//   DP rows   a name with "DP" is a depthwise convolution with `Num Filter` outputs per channel, as in SCALE-Sim; so is
//             a row of one filter over several channels whose name has "dw" or "depthwise": the collapsed form of one
//   GEMM      M x K times a constant K x N. A number behind the last heading: so many products of two activations, as
//             of the heads of attention
//   sparsity  a column of that name, or 2:4 behind the last heading: two of four weights are not zero
//   weights   int8, as are activations; no biases
//
// The first line holds the headings.
#pragma once

#include <string>
#include <string_view>

#include "sim/network/network.h"

namespace subvolt::network {

// `file` names the text in errors and the network. Throws Error(kConfiguration) with all mistakes, located by line and
// column.
Network read_scalesim(std::string_view text, const std::string& file);

}  // namespace subvolt::network
