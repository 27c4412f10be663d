#include "sim/mapping/stored_data.h"

#include <algorithm>
#include <numeric>

namespace subvolt::mapping {
namespace {

using network::Layer;
using network::TensorId;

std::int64_t aligned(std::int64_t bytes) { return ceil_div(bytes, kAlignment) * kAlignment; }
std::size_t at(TensorId id) { return static_cast<std::size_t>(id); }

std::vector<StoredData> weights_of(const network::Network& network) {
  std::vector<StoredData> all;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const Layer& layer = network.layers[l];
    const std::int64_t bytes = layer.constant_bytes().value();
    if (bytes == 0) continue;
    StoredData data;
    data.weights = true;
    data.index = l;
    data.names = {layer.name + ".weights"};
    data.bytes = aligned(bytes);
    data.last = static_cast<int>(network.layers.size());
    data.read_bytes = bytes;
    data.layer = &layer;
    all.push_back(std::move(data));
  }
  return all;
}

}  // namespace

std::vector<std::size_t> storage_owners(const network::Network& network) {
  std::vector<std::size_t> owner(network.tensors.size());
  std::iota(owner.begin(), owner.end(), std::size_t{0});
  for (const Layer& layer : network.layers) {
    if (is_view(layer) && !layer.inputs.empty()) owner[at(layer.outputs.at(0))] = owner[at(layer.inputs.at(0))];
  }
  return owner;
}

std::vector<StoredData> stored_data(const network::Network& network) {
  const std::vector<std::size_t> owner = storage_owners(network);
  std::vector<StoredData> tensors(network.tensors.size());
  for (std::size_t t = 0; t < tensors.size(); ++t) {
    tensors[t].index = t;
    tensors[t].bytes = aligned(network.tensors[t].bytes().value());
  }
  for (const TensorId t : network.inputs) {
    tensors[at(t)].input = true;
    tensors[at(t)].names.push_back(network.tensor(t).name);
  }
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const Layer& layer = network.layers[l];
    for (const TensorId input : layer.inputs) {
      StoredData& data = tensors[owner[at(input)]];
      data.last = std::max(data.last, static_cast<int>(l));
      if (!is_view(layer)) data.read_bytes += network.tensor(input).bytes().value();
      if (!data.layer) data.layer = &layer;
    }
    for (std::size_t o = 0; o < layer.outputs.size(); ++o) {
      StoredData& data = tensors[owner[at(layer.outputs[o])]];
      data.names.push_back(layer.name + ".output" + (o == 0 ? "" : std::to_string(o + 1)));
      if (is_view(layer) && !layer.inputs.empty()) continue;
      data.first = data.last = static_cast<int>(l);
      data.write_bytes = network.output_of(layer, o).bytes().value();
      data.layer = &layer;
    }
  }
  for (const TensorId t : network.outputs) {
    tensors[owner[at(t)]].output = true;
    tensors[owner[at(t)]].last = static_cast<int>(network.layers.size());
  }
  std::vector<StoredData> all = weights_of(network);
  for (StoredData& data : tensors) {
    if (owner[data.index] == data.index) all.push_back(std::move(data));
  }
  return all;
}

}  // namespace subvolt::mapping
