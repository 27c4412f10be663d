// What a network keeps in memories, for how long, and how much of it moves: the weights of each layer with its
// biases, and each activation tensor with the views of it.
//
// Moments are layers in their order; weights are there before the first and after the last, as firmware is. An
// activation lives from its producer to its last consumer, network inputs from the start, outputs to the end.
// An inference reads weights once, writes an activation once and reads it once per consumer; what a tiling reads
// again is not known yet when data find their place.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/network/network.h"

namespace subvolt::mapping {

inline constexpr std::int64_t kAlignment = 64;  // bytes: no two tensors share a burst of DRAM

struct StoredData {
  bool weights = false;   // else an activation
  std::size_t index = 0;  // layer of weights, TensorId of an activation
  bool input = false;     // of the network
  bool output = false;
  // "conv1.weights"; "conv1.output" with the outputs of its views; the name of a network input.
  std::vector<std::string> names;
  std::int64_t bytes = 0;  // a multiple of kAlignment
  int first = 0;           // moments, both inclusive
  int last = 0;
  std::int64_t read_bytes = 0;  // moved by one inference
  std::int64_t write_bytes = 0;
  const network::Layer* layer = nullptr;  // for errors: its own, its producer, or an input's first consumer
};

// Weights by layer, then activations by TensorId; nothing for layers without parameters and for views.
std::vector<StoredData> stored_data(const network::Network& network);

// By TensorId: the tensor whose storage this one uses, itself unless it is a view.
std::vector<std::size_t> storage_owners(const network::Network& network);

}  // namespace subvolt::mapping
