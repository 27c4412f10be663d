// A network as a graph of layers in execution order.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/network/layer.h"

namespace subvolt::network {

// How the dimensions of feature maps are ordered: NHWC, as NPUs want them, or NCHW, as ONNX files have them.
enum class Layout { kChannelsLast, kChannelsFirst };

// An operator of the file that is no layer: what it computes was known while reading, or others stand in its place.
struct ResolvedOperator {
  std::string name;
  std::string source_op;   // as the file calls it
  std::string how;         // "a constant, worked out while reading"
  std::size_t before = 0;  // the layer that follows it in the file
};

struct Network {
  std::string name;
  std::string source;  // paper, repository
  std::string file;    // that it was read from
  std::string sha256;  // of that file
  Layout layout = Layout::kChannelsLast;
  std::int64_t batch = 1;                  // inferences in one run: all counts below are of the run (batch.h)
  std::vector<Tensor> tensors;             // activations
  std::vector<TensorId> inputs;            // graph inputs
  std::vector<TensorId> outputs;           // graph outputs
  std::vector<Layer> layers;               // producers before consumers
  std::vector<ResolvedOperator> resolved;  // in the order of the file; a network that was rewritten has none

  // Of several networks that were joined (joined.h): they never run at once.
  struct Part {
    std::string name;
    std::size_t first_layer = 0, end_layer = 0;
    std::int64_t batch = 1;
  };
  std::vector<Part> parts;  // none: it is one

  std::int64_t macs() const;         // of the layers that are counted
  std::int64_t not_counted() const;  // layers whose work nobody knows: then macs() is the least there can be
  std::int64_t parameters() const;
  Bytes parameter_bytes() const;
  // Largest sum of activation tensors alive at one layer in this order; views share their input's bytes.
  Bytes peak_activation_bytes() const;

  const Tensor& tensor(TensorId id) const { return tensors[static_cast<std::size_t>(id)]; }
  const Tensor& input_of(const Layer& layer, std::size_t i = 0) const { return tensor(layer.inputs.at(i)); }
  const Tensor& output_of(const Layer& layer, std::size_t i = 0) const { return tensor(layer.outputs.at(i)); }
};

}  // namespace subvolt::network

namespace subvolt::config {
template <>
struct EnumNames<network::Layout> {
  static const std::vector<std::pair<network::Layout, std::string>>& names();
};
}  // namespace subvolt::config
