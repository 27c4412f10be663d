#include "sim/mapping/place/stored_data.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "sim/mapping/layer/recurrent_state.h"
#include "sim/mapping/place/joint_storage.h"

namespace subvolt::mapping {
namespace {

using network::Layer;
using network::Network;
using network::TensorId;

std::int64_t aligned(std::int64_t bytes) { return ceil_div(bytes, kAlignment) * kAlignment; }
std::size_t at(TensorId id) { return static_cast<std::size_t>(id); }

std::vector<StoredData> weights_of(const Network& network) {
  std::vector<StoredData> all(network.layers.size());
  const auto places = stored_constants(network);
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const Layer& layer = network.layers[l];
    for (std::size_t c = 0; c < layer.constants.size(); ++c) {
      const std::int64_t bytes = layer.constants[c].bytes().value();
      StoredData& data = all[places[l][c].layer];
      data.read_bytes += bytes;
      if (places[l][c].layer == l) data.bytes += bytes;
    }
  }
  std::vector<StoredData> kept;
  for (std::size_t l = 0; l < all.size(); ++l) {
    StoredData& data = all[l];
    if (data.bytes == 0) continue;
    data.weights = true;
    data.index = l;
    data.names = {network.layers[l].name + ".weights"};
    data.bytes = aligned(data.bytes);
    data.last = static_cast<int>(network.layers.size());
    data.layer = &network.layers[l];
    kept.push_back(std::move(data));
  }
  return kept;
}

// The value of a variable has the bytes of what is read or assigned.
std::int64_t state_bytes(const Network& network, const Layer& layer) {
  std::int64_t bytes = 0;
  for (const TensorId t : layer.inputs) bytes = std::max(bytes, network.tensor(t).bytes().value());
  for (const TensorId t : layer.outputs) bytes = std::max(bytes, network.tensor(t).bytes().value());
  for (const network::Constant& c : layer.constants) bytes = std::max(bytes, c.bytes().value());
  return bytes;
}

// The only network ends after its last layer; one of several when the next one may begin.
const Network::Part* part_of(const Network& network, int layer) {
  if (network.parts.size() < 2) return nullptr;
  for (const Network::Part& part : network.parts) {
    if (static_cast<std::size_t>(layer) < part.end_layer) return &part;
  }
  return nullptr;
}

int first_moment(const Network& network, const StoredData& input) {
  const Network::Part* part = part_of(network, input.last);
  return part ? static_cast<int>(part->first_layer) : 0;
}

int last_moment(const Network& network, const StoredData& output) {
  const Network::Part* part = part_of(network, output.last);
  return static_cast<int>(part ? part->end_layer - 1 : network.layers.size());
}

class States {
 public:
  explicit States(const Network& network) : network_(network) {
    for (std::size_t l = 0; l < network.layers.size(); ++l) {
      const Layer& layer = network.layers[l];
      const std::string name = state_name(network, layer);
      if (name.empty()) continue;
      const auto [found, fresh] = by_name_.emplace(name, states_.size());
      if (fresh) {
        states_.emplace_back();
        states_.back().state = true;
        states_.back().index = l;
        states_.back().names = {name};
        states_.back().last = static_cast<int>(network.layers.size());
        states_.back().layer = &layer;
      }
      StoredData& state = states_[found->second];
      const bool recurrent = layer.op->form == network::Form::kRecurrent;
      const std::int64_t bytes = recurrent ? recurrent_state(network, layer).bytes() : state_bytes(network, layer);
      state.bytes = std::max(state.bytes, aligned(bytes));
      if (recurrent || layer.op.is("assign_variable")) state.write_bytes += bytes;
      const bool copied = layer.op.is("read_variable") && !reads_in_place(network, l);
      if (recurrent || copied) state.read_bytes += bytes;
    }
  }
  // The state whose storage a read_variable's output is, or nullptr.
  StoredData* behind(std::size_t l) {
    const Layer& layer = network_.layers[l];
    if (!layer.op.is("read_variable") || !reads_in_place(network_, l)) return nullptr;
    return &states_[by_name_.at(layer.attributes.state)];
  }
  std::vector<StoredData>& all() { return states_; }

 private:
  const Network& network_;
  std::map<std::string, std::size_t> by_name_;
  std::vector<StoredData> states_;
};

}  // namespace

std::vector<std::size_t> storage_owners(const Network& network) {
  std::vector<std::size_t> owner(network.tensors.size());
  std::iota(owner.begin(), owner.end(), std::size_t{0});
  for (const Layer& layer : network.layers) {
    if (is_view(layer) && !layer.inputs.empty()) owner[at(layer.outputs.at(0))] = owner[at(layer.inputs.at(0))];
  }
  return owner;
}

std::string state_name(const Network& network, const Layer& layer) {
  if (layer.op->form == network::Form::kState) return layer.attributes.state;
  return recurrent_state(network, layer).bytes() > 0 ? layer.name + ".state" : "";
}

bool reads_in_place(const Network& network, std::size_t index) {
  const Layer& read = network.layers[index];
  if (!read.op.is("read_variable")) return false;
  const std::vector<std::size_t> owner = storage_owners(network);
  const std::size_t value = at(read.outputs.at(0));
  for (const TensorId t : network.outputs) {
    if (owner[at(t)] == value) return false;  // somebody looks at it after the run
  }
  bool assigned = false;
  for (std::size_t l = index + 1; l < network.layers.size(); ++l) {
    const Layer& layer = network.layers[l];
    const bool uses =
        std::any_of(layer.inputs.begin(), layer.inputs.end(), [&](TensorId t) { return owner[at(t)] == value; });
    if (uses && assigned) return false;
    assigned = assigned || (layer.op.is("assign_variable") && layer.attributes.state == read.attributes.state);
  }
  return true;
}

std::vector<std::vector<StoredConstant>> stored_constants(const Network& network) {
  std::vector<std::vector<StoredConstant>> all(network.layers.size());
  std::map<std::string, StoredConstant> by_name;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    std::int64_t offset = 0;
    for (const network::Constant& constant : network.layers[l].constants) {
      const auto earlier = by_name.find(constant.name);
      if (constant.shared && earlier != by_name.end()) {
        all[l].push_back(earlier->second);
        continue;
      }
      all[l].push_back({l, offset});
      if (!constant.name.empty()) by_name.emplace(constant.name, all[l].back());
      offset += constant.bytes().value();
    }
  }
  return all;
}

std::vector<StoredData> stored_data(const Network& network, const Joins& joins) {
  const std::vector<StorageOf> place = storages(network, joins);
  std::vector<StoredData> tensors(network.tensors.size());
  std::vector<bool> written(tensors.size(), false);
  States states(network);
  std::vector<StoredData*> storage(tensors.size());  // by owner: its own, or a state's
  for (std::size_t t = 0; t < tensors.size(); ++t) {
    tensors[t].index = t;
    tensors[t].bytes = aligned(place[t].bytes);
    storage[t] = &tensors[t];
  }
  const auto owner = [&](TensorId t) { return place[at(t)].owner; };
  for (const TensorId t : network.inputs) {
    tensors[owner(t)].input = true;
    tensors[owner(t)].names.push_back(network.tensor(t).name);
  }
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const Layer& layer = network.layers[l];
    const CopiedBytes moved = copied_bytes(network, l, joins);
    for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
      StoredData& data = *storage[owner(layer.inputs[i])];
      data.last = std::max(data.last, static_cast<int>(l));
      if (!is_view(layer)) data.read_bytes += moved.inputs[i];
      if (!data.layer) data.layer = &layer;
    }
    StoredData* const state = states.behind(l);
    for (std::size_t o = 0; o < layer.outputs.size(); ++o) {
      const std::size_t t = owner(layer.outputs[o]);
      if (state) storage[t] = state;
      StoredData& data = *storage[t];
      data.names.push_back(layer.name + ".output" + (o == 0 ? "" : std::to_string(o + 1)));
      if (state || (is_view(layer) && !layer.inputs.empty())) continue;
      data.last = std::max(data.last, static_cast<int>(l));
      data.write_bytes += moved.outputs[o];
      if (written[t] || data.input) continue;
      written[t] = true;
      data.first = static_cast<int>(l);
      data.layer = &layer;
    }
  }
  for (const TensorId t : network.outputs) {
    StoredData& data = *storage[owner(t)];
    data.output = true;
    if (!data.state) data.last = std::max(data.last, last_moment(network, data));
  }
  std::vector<StoredData> all = weights_of(network);
  for (StoredData& data : tensors) {
    const bool own = place[data.index].owner == data.index && storage[data.index] == &data;
    if (data.input) data.first = first_moment(network, data);
    if (own && data.bytes > 0) all.push_back(std::move(data));
  }
  for (StoredData& state : states.all()) {
    if (state.bytes > 0) all.push_back(std::move(state));
  }
  return all;
}

}  // namespace subvolt::mapping
