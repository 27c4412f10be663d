// What a recurrent layer keeps from step to step, and from one inference to the next.
//
//   hidden   the output of the last step                                  lstm, gru, rnn
//   cells    of an lstm: 2 bytes each for int8 networks (TensorFlow Lite: int16 cell state), else the layer's own type
//   inner    of an lstm with projection: the step's outputs before it, which the array wants as an operand
//   history  of an svdf: units x memory
//
// A layer whose initial state is an input has none of its own.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/network/network.h"

namespace subvolt::mapping {

struct RecurrentState {
  std::int64_t hidden = 0, cells = 0, inner = 0, history = 0;  // bytes, in this order in memory
  std::int64_t bytes() const { return hidden + cells + inner + history; }
};
RecurrentState recurrent_state(const network::Network& network, const network::Layer& layer);

}  // namespace subvolt::mapping
