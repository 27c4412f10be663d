#include "sim/network/live_bytes.h"

#include <algorithm>
#include <vector>

namespace subvolt::network {

ActivationPeak separate_activation_peak(const Network& network) {
  const std::size_t never = network.layers.size() + 1;
  std::vector<std::size_t> first(network.tensors.size(), never);
  std::vector<std::size_t> last(network.tensors.size(), 0);
  const auto use = [&](TensorId id, std::size_t when) {
    const auto i = static_cast<std::size_t>(id);
    first[i] = std::min(first[i], when);
    last[i] = std::max(last[i], when);
  };
  for (TensorId id : network.inputs) use(id, 0);
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    for (TensorId id : network.layers[i].inputs) use(id, i);
    for (TensorId id : network.layers[i].outputs) use(id, i);
  }
  for (TensorId id : network.outputs) use(id, network.layers.size());

  std::vector<Bytes> born(network.layers.size() + 2, Bytes(0));
  std::vector<Bytes> dying(network.layers.size() + 2, Bytes(0));
  for (std::size_t i = 0; i < network.tensors.size(); ++i) {
    if (first[i] == never) continue;
    born[first[i]] += network.tensors[i].bytes();
    dying[last[i]] += network.tensors[i].bytes();
  }
  ActivationPeak peak;
  Bytes alive(0);
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    alive += born[i];
    if (peak.bytes < alive) peak = {alive, i};
    alive -= dying[i];
  }
  return peak;
}

}  // namespace subvolt::network
