// How many inferences one run of a network is.
#pragma once

#include <cstdint>

#include "sim/network/network.h"

namespace subvolt::network {

// The leading dimension that inputs and outputs share, where it is one of a batch: followed from the inputs through
// every layer, no layer computes across it, and it leads every output. 1 otherwise.
//
//   inputs    the first of at least two dimensions tells the size, from 2. Others that lead with it belong to the
//             batch, the rest (masks, initial states, scalars) serve all of it. But what multiplies the batch and is
//             neither parameters nor of size 1 in its place belongs to one inference, and so do all rows then: of two
//             matrices, or a matrix and a vector
//   across    sums and norms over it, windows (an input without a dimension of images), products that contract it,
//             attention between its elements, steps of a recurrent layer, slices, shifts, concatenations along it; an
//             element-wise constant with a value for each of its elements (a table of positions)
//   reshape   it may become the outer part of another dimension, and come back
//   custom    operators keep it when it leads what they read and what they make
//
// So frames of audio or tokens that see each other are no batch; ten frames that a network treats one by one are.
std::int64_t batch_of(const Network& network);

}  // namespace subvolt::network
