// Tensors that are parts of others: inputs of a concatenation that lie in its output, outputs of a split that lie in
// its input. What a layer would copy is then where it belongs, and the copy is not made.
//
// A layer that moves elements is a list of copies (copies.h). A copy can go when it moves one whole tensor from or to
// equal rows of another one: one run, or runs at equal distances. Both tensors are then one block of memory, `rows`
// rows of a width; a tensor is the same columns of each of them, and a tensor may have its place by several copies: the
// concatenations of a dense block are all in the largest one. Where columns are fewer than the block is wide, the
// tensor's rows lie apart (Placement::Place::pitch), and all who read and write it have to take that.
//
// Values share no column: of each column of a block one layer is the writer, once per inference, and the block lives
// from the first that writes to the last that reads any of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "sim/mapping/program/layer_plan.h"
#include "sim/network/network.h"

namespace subvolt::mapping {

// Where a tensor lies in the storage of another one, or of itself.
struct StorageOf {
  std::size_t owner = 0;    // a TensorId
  std::int64_t offset = 0;  // bytes
  std::int64_t pitch = 0;   // bytes from one row of the tensor to the next; 0: they follow one another
  std::int64_t bytes = 0;   // of the whole storage
};

// By TensorId. Views lie in their input.
std::vector<StorageOf> storages(const network::Network& network, const Joins& joins = {});

// The bytes of each input that a layer with such joins still reads, and of each output that it still writes.
struct CopiedBytes {
  std::vector<std::int64_t> inputs, outputs;
};
CopiedBytes copied_bytes(const network::Network& network, std::size_t layer, const Joins& joins);

struct JoinRules {
  // By TensorId: tensors with different ones share no storage.
  std::vector<std::size_t> group;
  // Whether an accelerator makes the layer's copies; whether whoever runs the layer can do so when rows of one of its
  // tensors lie apart.
  std::function<bool(std::size_t layer)> is_move;
  std::function<bool(std::size_t layer, network::TensorId tensor)> takes_pitch;
};

// All copies that can go together, earlier layers first. Those stay that would join an input of the network to a
// whole or make an output of it a part, and those of other scales on both sides.
Joins possible_joins(const network::Network& network, const JoinRules& rules);

// By join: the tensor that owns its block.
std::vector<std::size_t> owners_of(const network::Network& network, const Joins& joins);

// Whether there is nothing left to do for a layer with joins.
bool all_joined(const network::Network& network, std::size_t layer, const Joins& joins);

}  // namespace subvolt::mapping
