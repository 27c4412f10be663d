#include "sim/network/joined.h"

#include "sim/config/digest.h"

namespace subvolt::network {
namespace {

void rename(Network& network, const std::string& part) {
  const std::string front = part + "/";
  for (Layer& layer : network.layers) {
    layer.name = front + layer.name;
    if (!layer.attributes.state.empty()) layer.attributes.state = front + layer.attributes.state;
    for (Constant& constant : layer.constants) {
      if (!constant.name.empty()) constant.name = front + constant.name;
    }
  }
  for (Tensor& tensor : network.tensors) tensor.name = front + tensor.name;
}

void append(Network& all, Network network) {
  const auto shift = static_cast<TensorId>(all.tensors.size());
  const auto add = [shift](std::vector<TensorId>& to, const std::vector<TensorId>& from) {
    for (const TensorId id : from) to.push_back(id + shift);
  };
  add(all.inputs, network.inputs);
  add(all.outputs, network.outputs);
  all.tensors.insert(all.tensors.end(), network.tensors.begin(), network.tensors.end());
  for (Layer& layer : network.layers) {
    std::vector<TensorId> inputs, outputs;
    add(inputs, layer.inputs);
    add(outputs, layer.outputs);
    layer.inputs = std::move(inputs);
    layer.outputs = std::move(outputs);
    all.layers.push_back(std::move(layer));
  }
}

}  // namespace

Network joined(std::vector<std::pair<std::string, Network>> networks) {
  if (networks.size() == 1) {
    Network only = std::move(networks.front().second);
    only.parts = {{only.name, 0, only.layers.size(), only.batch}};
    return only;
  }
  Network all;
  std::string hashes;
  for (auto& [part, network] : networks) {
    all.name += (all.name.empty() ? "" : " + ") + network.name;
    hashes += network.sha256 + "\n";
    const std::size_t first = all.layers.size();
    all.parts.push_back({network.name, first, first + network.layers.size(), network.batch});
    rename(network, part);
    append(all, std::move(network));
  }
  all.sha256 = config::sha256(hashes);
  return all;
}

}  // namespace subvolt::network
