// What a network keeps in memories, for how long, and how much of it moves: the constants of each layer (weights,
// biases behind them, and others), each activation tensor with the views of it, and each state variable.
//
// Moments are layers in their order; weights are there before the first and after the last, as firmware is. An
// activation lives from its producer to its last consumer, network inputs from the start, outputs to the end; of
// networks that were joined, from the start and to the end of their part. A state
// variable lives from run to run, so all the time; what reads it gets a view of it, unless the variable gets its next
// value while that view is still needed. An inference reads weights once per layer that uses them, writes an activation
// once and reads it once per consumer; what a tiling reads again is not known yet when data find their place.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/mapping/program/layer_plan.h"
#include "sim/network/network.h"

namespace subvolt::mapping {

inline constexpr std::int64_t kAlignment = 64;  // bytes: no two tensors share a burst of DRAM

struct StoredData {
  bool weights = false;  // else an activation or a state
  bool state = false;
  std::size_t index = 0;  // layer of weights, TensorId of an activation, first layer that names a state
  bool input = false;     // of the network
  bool output = false;
  // "conv1.weights"; "conv1.output" with the outputs of its views; the name of a network input or of a state.
  std::vector<std::string> names;
  std::int64_t bytes = 0;  // a multiple of kAlignment
  int first = 0;           // moments, both inclusive
  int last = 0;
  std::int64_t read_bytes = 0;  // moved by one inference
  std::int64_t write_bytes = 0;
  const network::Layer* layer = nullptr;  // for errors: its own, its producer, or an input's first consumer
};

// Weights by layer, then activations by TensorId, then states; nothing for layers without constants of their own, for
// views and for handles, which have no bytes. Tensors that are joined (joint_storage.h) are one datum, from the first
// that is written to the last that is read.
std::vector<StoredData> stored_data(const network::Network& network, const Joins& joins = {});

// By TensorId: the tensor whose storage this one uses, itself unless it is a view.
std::vector<std::size_t> storage_owners(const network::Network& network);

// The state that a layer names, or that it keeps for itself (recurrent_state.h): "LAYER.state"; empty: none.
std::string state_name(const network::Network& network, const network::Layer& layer);

// Whether a read_variable gives a view of its variable.
bool reads_in_place(const network::Network& network, std::size_t layer);

// Where each constant of each layer is stored: a layer, and bytes behind the first of its constants. Elsewhere than in
// its own layer when an earlier one shares it.
struct StoredConstant {
  std::size_t layer = 0;
  std::int64_t offset = 0;
};
std::vector<std::vector<StoredConstant>> stored_constants(const network::Network& network);

}  // namespace subvolt::mapping
