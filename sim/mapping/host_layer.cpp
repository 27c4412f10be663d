#include "sim/mapping/host_layer.h"

namespace subvolt::mapping {
namespace {

Block contiguous(const Placement::Place& place, Bytes bytes) {
  Block b;
  b.base = place.address;
  b.row_bytes = bytes.value();
  b.row_stride = b.row_bytes;
  return b;
}

}  // namespace

HostWork host_work(const network::Network& network, std::size_t index, const Placement& placement) {
  const network::Layer& layer = network.layers[index];
  HostWork work;
  work.element_operations = layer.macs + layer.element_operations;
  for (const network::TensorId t : layer.inputs) {
    work.reads.push_back(contiguous(placement.activations[static_cast<std::size_t>(t)], network.tensor(t).bytes()));
  }
  if (layer.constant_bytes() > Bytes(0)) {
    work.reads.push_back(contiguous(placement.parameters[index], layer.constant_bytes()));
  }
  for (const network::TensorId t : layer.outputs) {
    // Moving an element is no arithmetic, but a processor has to touch it.
    if (layer.op->form == network::Form::kMove) work.element_operations += network.tensor(t).shape.elements();
    work.writes.push_back(contiguous(placement.activations[static_cast<std::size_t>(t)], network.tensor(t).bytes()));
  }
  return work;
}

}  // namespace subvolt::mapping
