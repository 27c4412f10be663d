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
  work.op = network::to_text(layer.op);
  work.element_operations = network::has_macs(layer.op) ? layer.macs : layer.element_operations;
  for (const network::TensorId t : layer.inputs) {
    work.reads.push_back(contiguous(placement.activations[static_cast<std::size_t>(t)], network.tensor(t).bytes()));
  }
  if (layer.parameter_bytes() > Bytes(0)) {
    work.reads.push_back(contiguous(placement.parameters[index], layer.parameter_bytes()));
  }
  work.writes.push_back(
      contiguous(placement.activations[static_cast<std::size_t>(layer.output)], network.output_of(layer).bytes()));
  return work;
}

}  // namespace subvolt::mapping
