#include "sim/network/network.h"

#include <algorithm>
#include <numeric>

namespace subvolt::network {

std::int64_t Network::macs() const {
  return std::accumulate(layers.begin(), layers.end(), std::int64_t{0},
                         [](std::int64_t sum, const Layer& layer) { return sum + layer.macs; });
}

std::int64_t Network::not_counted() const {
  return std::count_if(layers.begin(), layers.end(), [](const Layer& layer) { return !layer.counted; });
}

std::int64_t Network::parameters() const {
  return std::accumulate(layers.begin(), layers.end(), std::int64_t{0},
                         [](std::int64_t sum, const Layer& layer) { return sum + layer.parameters(); });
}

Bytes Network::parameter_bytes() const {
  return std::accumulate(layers.begin(), layers.end(), Bytes(0),
                         [](Bytes sum, const Layer& layer) { return sum + layer.parameter_bytes(); });
}

Bytes Network::peak_activation_bytes() const {
  // A view lives in the storage of its input, so only the first tensor of such a chain has bytes.
  std::vector<std::size_t> storage(tensors.size());
  std::iota(storage.begin(), storage.end(), std::size_t{0});
  for (const Layer& layer : layers) {
    if (is_view(layer) && !layer.inputs.empty()) {
      storage[static_cast<std::size_t>(layer.outputs.at(0))] = storage[static_cast<std::size_t>(layer.inputs.at(0))];
    }
  }

  // A tensor dies behind its last reader; the results of the network outlive it.
  std::vector<std::size_t> last_use(tensors.size(), 0);
  const auto use = [&](TensorId id, std::size_t when) {
    std::size_t& last = last_use[storage[static_cast<std::size_t>(id)]];
    last = std::max(last, when);
  };
  for (std::size_t i = 0; i < layers.size(); ++i) {
    for (TensorId id : layers[i].inputs) use(id, i);
    for (TensorId id : layers[i].outputs) use(id, i);
  }
  for (TensorId id : outputs) use(id, layers.size());

  std::vector<std::vector<std::size_t>> dying(layers.size() + 1);
  for (std::size_t id = 0; id < tensors.size(); ++id) {
    if (storage[id] == id) dying[last_use[id]].push_back(id);
  }

  Bytes alive(0);
  for (TensorId id : inputs) alive += tensor(id).bytes();
  Bytes peak = alive;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    for (TensorId id : layers[i].outputs) {
      if (storage[static_cast<std::size_t>(id)] == static_cast<std::size_t>(id)) alive += tensor(id).bytes();
    }
    peak = std::max(peak, alive);
    for (std::size_t id : dying[i]) alive -= tensors[id].bytes();
  }
  return peak;
}

}  // namespace subvolt::network

namespace subvolt::config {

const std::vector<std::pair<network::Layout, std::string>>& EnumNames<network::Layout>::names() {
  static const std::vector<std::pair<network::Layout, std::string>> all = {
      {network::Layout::kChannelsLast, "channels_last"}, {network::Layout::kChannelsFirst, "channels_first"}};
  return all;
}

}  // namespace subvolt::config
