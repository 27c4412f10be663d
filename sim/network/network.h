// A network as a graph of layers in execution order.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/network/layer.h"

namespace subvolt::network {

struct Network {
  std::string name;
  std::string source;  // paper, repository
  std::string sha256;  // of the file it came from
  std::vector<Tensor> tensors;
  std::vector<TensorId> inputs;   // graph inputs
  std::vector<TensorId> outputs;  // graph outputs
  std::vector<Layer> layers;      // producers before consumers

  std::int64_t macs() const;
  std::int64_t parameters() const;
  Bytes parameter_bytes() const;
  // Largest sum of activation tensors alive at one layer in this order; views share their input's bytes.
  Bytes peak_activation_bytes() const;

  const Tensor& tensor(TensorId id) const { return tensors[static_cast<std::size_t>(id)]; }
  const Tensor& input_of(const Layer& layer, std::size_t i = 0) const { return tensor(layer.inputs.at(i)); }
  const Tensor& output_of(const Layer& layer) const { return tensor(layer.output); }
};

}  // namespace subvolt::network
