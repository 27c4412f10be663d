// From a network back to what a file would say of it.
#include <algorithm>

#include "sim/network/batch.h"
#include "sim/network/network_spec.h"

namespace subvolt::network {
namespace {

// Whether the operator derives all that is known of this constant.
bool says_nothing(const Constant& c) { return c.derived && c.name.empty() && !c.quantization && !c.zeros && !c.shared; }

LayerSpec spec_of(const Network& network, const Layer& layer) {
  LayerSpec spec;
  static_cast<Attributes&>(spec) = layer.attributes;
  spec.name = layer.name;
  spec.op = layer.op;
  spec.source_op = layer.source_op;
  spec.no_inputs = layer.inputs.empty();
  if (layer.inputs.size() == 1) spec.input = network.input_of(layer).name;
  if (layer.inputs.size() > 1) {
    for (const TensorId id : layer.inputs) spec.inputs.push_back(network.tensor(id).name);
  }
  const bool plain =
      layer.outputs.empty() || (layer.outputs.size() == 1 && network.output_of(layer).name == layer.name);
  if (plain && !layer.outputs.empty()) spec.quantization = network.output_of(layer).quantization;
  if (!plain) {
    for (const TensorId id : layer.outputs) {
      const Tensor& tensor = network.tensor(id);
      spec.outputs.push_back({tensor.name, tensor.shape, tensor.type, tensor.quantization});
    }
  }
  for (auto c = layer.constants.begin(); c != layer.constants.end(); ++c) {
    // Constants of one role are told apart by their order: one that says nothing keeps its place before one that does.
    const bool holds_place = std::any_of(c + 1, layer.constants.end(), [&](const Constant& later) {
      return later.role == c->role && !says_nothing(later);
    });
    if (!says_nothing(*c) || holds_place) spec.constants.push_back(*c);
  }
  spec.origin = config::Node::null(layer.location, "");
  return spec;
}

}  // namespace

NetworkSpec spec_of(const Network& network) {
  NetworkSpec spec;
  spec.name = network.name;
  spec.source = network.source;
  spec.file = network.file;
  spec.sha256 = network.sha256;
  spec.layout = network.layout;
  if (network.batch != 1 || batch_of(network) != 1) spec.batch = network.batch;
  for (const TensorId id : network.inputs) {
    const Tensor& tensor = network.tensor(id);
    InputSpec input;
    input.name = tensor.name;
    input.shape = tensor.shape;
    input.type = tensor.type;
    input.quantization = tensor.quantization;
    input.origin = at_part_of(network.file, "input " + tensor.name);
    spec.inputs.push_back(std::move(input));
  }
  for (const Layer& layer : network.layers) spec.layers.push_back(spec_of(network, layer));
  for (const TensorId id : network.outputs) spec.outputs.push_back(network.tensor(id).name);
  spec.origin = at_part_of(network.file, "");
  return spec;
}

}  // namespace subvolt::network
