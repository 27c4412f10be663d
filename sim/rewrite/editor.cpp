#include "sim/rewrite/editor.h"

#include <algorithm>

namespace subvolt::rewrite {

Editor::Editor(const network::Network& network, std::vector<Origin> origins, std::vector<Fate>& fates)
    : spec_(network::spec_of(network)),
      tensors_(network.tensors.begin(), network.tensors.end()),
      producers_(network.tensors.size()),
      readers_(network.tensors.size()),
      inputs_(network.inputs.begin(), network.inputs.end()),
      outputs_(network.outputs.begin(), network.outputs.end()),
      output_order_(network.outputs),
      fates_(fates) {
  for (const network::Tensor& tensor : tensors_) tensor_names_.insert(tensor.name);
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const network::Layer& layer = network.layers[i];
    Node node;
    node.spec = std::move(spec_.layers[i]);
    node.inputs = layer.inputs;
    node.outputs = layer.outputs;
    node.built = &layer;
    node.origin = std::move(origins[i]);
    for (const TensorId id : node.inputs) readers_[static_cast<std::size_t>(id)].push_back(i);
    for (const TensorId id : node.outputs) producers_[static_cast<std::size_t>(id)] = i;
    layer_names_.insert(layer.name);
    nodes_.push_back(std::move(node));
    order_.push_back(i);
  }
  spec_.layers.clear();
  spec_.batch = network.batch;  // however its layers change
}

std::vector<LayerId> Editor::layers() const {
  std::vector<LayerId> alive;
  for (const LayerId layer : order_) {
    if (nodes_[layer].alive) alive.push_back(layer);
  }
  return alive;
}

std::optional<LayerId> Editor::sole_reader(TensorId id) const {
  if (is_output(id) || readers(id).size() != 1) return std::nullopt;
  return readers(id).front();
}

network::LayerSpec& Editor::edit(LayerId layer) {
  changed_ = true;
  return nodes_[layer].spec;
}

network::LayerSpec& Editor::set_operator(LayerId layer, std::string_view op) {
  network::LayerSpec& spec = edit(layer);
  static_cast<network::Attributes&>(spec) = {};
  spec.op = network::Operator(op);
  spec.constants.clear();
  return spec;
}

network::Tensor& Editor::edit_tensor(TensorId id) {
  changed_ = true;
  return tensors_[static_cast<std::size_t>(id)];
}

void Editor::set_layout(network::Layout layout) {
  changed_ = true;
  spec_.layout = layout;
}

void Editor::set_inputs(LayerId layer, std::vector<TensorId> inputs) {
  changed_ = true;
  unlink(layer);
  nodes_[layer].inputs = std::move(inputs);
  for (const TensorId id : nodes_[layer].inputs) readers_[static_cast<std::size_t>(id)].push_back(layer);
}

void Editor::set_input(LayerId layer, std::size_t i, TensorId id) {
  std::vector<TensorId> inputs = nodes_[layer].inputs;
  inputs.at(i) = id;
  set_inputs(layer, std::move(inputs));
}

void Editor::set_output(LayerId layer, std::size_t i, TensorId id) {
  changed_ = true;
  TensorId& output = nodes_[layer].outputs.at(i);
  auto& before = producers_[static_cast<std::size_t>(output)];
  if (before == layer) before.reset();
  output = id;
  producers_[static_cast<std::size_t>(id)] = layer;
}

TensorId Editor::add_tensor(network::Tensor tensor) {
  changed_ = true;
  tensor.name = fresh(tensor_names_, tensor.name);
  tensors_.push_back(std::move(tensor));
  producers_.emplace_back();
  readers_.emplace_back();
  return static_cast<TensorId>(tensors_.size() - 1);
}

LayerId Editor::insert(network::LayerSpec spec, std::vector<TensorId> inputs, std::vector<TensorId> outputs,
                       LayerId next_to) {
  changed_ = true;
  const LayerId layer = nodes_.size();
  Node node;
  node.spec = std::move(spec);
  node.spec.name = fresh(layer_names_, node.spec.name);
  node.spec.origin = nodes_[next_to].spec.origin;
  node.origin.made_by = pass_;
  node.inputs = std::move(inputs);
  node.outputs = std::move(outputs);
  for (const TensorId id : node.inputs) readers_[static_cast<std::size_t>(id)].push_back(layer);
  for (const TensorId id : node.outputs) producers_[static_cast<std::size_t>(id)] = layer;
  nodes_.push_back(std::move(node));
  order_.insert(std::find(order_.begin(), order_.end(), next_to), layer);
  return layer;
}

void Editor::replace_uses(TensorId from, TensorId to) {
  if (from == to) return;
  changed_ = true;
  for (const LayerId reader : readers(from)) {
    std::vector<TensorId>& inputs = nodes_[reader].inputs;
    *std::find(inputs.begin(), inputs.end(), from) = to;
    readers_[static_cast<std::size_t>(to)].push_back(reader);
  }
  readers_[static_cast<std::size_t>(from)].clear();
}

void Editor::fuse(LayerId layer, LayerId into, const std::string& reason) {
  Node& node = nodes_[layer];
  Node& target = nodes_[into];
  for (const std::size_t original : node.origin.layers) {
    Fate& fate = fates_[original];
    if (fate.kind == Fate::Kind::kKept) {
      fate.kind = Fate::Kind::kFused;
      fate.pass = pass_;
      fate.reason = reason;
    }
    target.origin.layers.push_back(original);
  }
  std::sort(target.origin.layers.begin(), target.origin.layers.end());
  bury(layer);
}

void Editor::absorb(LayerId follower, LayerId into, const std::string& reason) {
  const TensorId output = nodes_[follower].output();
  fuse(follower, into, reason);
  set_output(into, 0, output);
}

void Editor::remove(LayerId layer, const std::string& reason) {
  Node& node = nodes_[layer];
  for (const std::size_t original : node.origin.layers) {
    Fate& fate = fates_[original];
    fate.kind = Fate::Kind::kRemoved;
    fate.into.clear();
    fate.pass = pass_;
    fate.reason = reason;
  }
  bury(layer);
}

bool Editor::bypass(LayerId layer, const std::string& reason) {
  const TensorId in = nodes_[layer].input(), out = nodes_[layer].output();
  if (!is_output(out)) {
    remove(layer, reason);
    replace_uses(out, in);
    return true;
  }
  // The network's output keeps its name: whoever makes the input makes it instead.
  const auto maker = producer(in);
  if (is_input(in) || is_output(in) || !maker) return false;
  const auto& outputs = nodes_[*maker].outputs;
  const auto i = static_cast<std::size_t>(std::find(outputs.begin(), outputs.end(), in) - outputs.begin());
  remove(layer, reason);
  replace_uses(in, out);
  set_output(*maker, i, out);
  return true;
}

void Editor::mark(LayerId layer, const std::string& reason) {
  for (const std::size_t original : nodes_[layer].origin.layers) {
    Fate& fate = fates_[original];
    if (fate.kind != Fate::Kind::kKept) continue;
    fate.pass = pass_;
    fate.reason = reason;
  }
}

void Editor::reorder(const std::vector<LayerId>& order) {
  if (order == layers()) return;
  changed_ = true;
  order_ = order;
}

void Editor::bury(LayerId layer) {
  unlink(layer);
  for (const TensorId id : nodes_[layer].outputs) {
    auto& maker = producers_[static_cast<std::size_t>(id)];
    if (maker == layer) maker.reset();
  }
  nodes_[layer].alive = false;
  changed_ = true;
}

void Editor::unlink(LayerId layer) {
  for (const TensorId id : nodes_[layer].inputs) {
    std::vector<LayerId>& readers = readers_[static_cast<std::size_t>(id)];
    readers.erase(std::remove(readers.begin(), readers.end(), layer), readers.end());
  }
}

std::string Editor::fresh(std::set<std::string, std::less<>>& taken, const std::string& name) const {
  std::string unique = name;
  for (int i = 2; !taken.insert(unique).second; ++i) unique = name + "#" + std::to_string(i);
  return unique;
}

}  // namespace subvolt::rewrite
