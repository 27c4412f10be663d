// Editor::build(): from the edited graph to a network again.
#include <algorithm>
#include <queue>

#include "sim/network/network_builder.h"
#include "sim/rewrite/editor.h"

namespace subvolt::rewrite {

// Producers before consumers; among those that may come next, the one that came first before. Layers with a state
// keep their order: nothing else says that a variable is read before it is written.
std::vector<LayerId> Editor::sorted() const {
  std::vector<std::size_t> place(nodes_.size());
  std::vector<std::size_t> missing(nodes_.size(), 0);
  std::vector<std::vector<LayerId>> followers(nodes_.size());
  std::optional<LayerId> last_state;
  for (std::size_t i = 0; i < order_.size(); ++i) {
    const LayerId layer = order_[i];
    const Node& node = nodes_[layer];
    place[layer] = i;
    if (!node.alive) continue;
    const auto wait_for = [&](LayerId other) {
      followers[other].push_back(layer);
      ++missing[layer];
    };
    for (const TensorId id : node.inputs) {
      if (const auto maker = producer(id)) wait_for(*maker);
    }
    if (node.form() != network::Form::kState) continue;
    if (last_state) wait_for(*last_state);
    last_state = layer;
  }
  const auto later = [&](LayerId a, LayerId b) { return place[a] > place[b]; };
  std::priority_queue<LayerId, std::vector<LayerId>, decltype(later)> ready(later);
  for (const LayerId layer : layers()) {
    if (missing[layer] == 0) ready.push(layer);
  }
  std::vector<LayerId> sorted;
  while (!ready.empty()) {
    const LayerId layer = ready.top();
    ready.pop();
    sorted.push_back(layer);
    for (const LayerId follower : followers[layer]) {
      if (--missing[follower] == 0) ready.push(follower);
    }
  }
  return sorted;
}

// The first layer that has a constant owns it: its old owner may be gone.
void Editor::settle_shared_constants(std::vector<network::LayerSpec>& layers) const {
  std::set<std::string> shared, seen;
  for (const network::LayerSpec& layer : layers) {
    for (const network::Constant& c : layer.constants) {
      if (c.shared) shared.insert(c.name);
    }
  }
  for (network::LayerSpec& layer : layers) {
    for (network::Constant& c : layer.constants) {
      if (shared.count(c.name) > 0) c.shared = !seen.insert(c.name).second;
    }
  }
}

network::LayerSpec Editor::written(const Node& node) const {
  network::LayerSpec spec = node.spec;
  spec.input.clear();
  spec.inputs.clear();
  spec.outputs.clear();
  spec.quantization.reset();
  spec.no_inputs = node.inputs.empty();
  for (const TensorId id : node.inputs) spec.inputs.push_back(tensor(id).name);
  for (const TensorId id : node.outputs) {
    const network::Tensor& t = tensor(id);
    spec.outputs.push_back({t.name, t.shape, t.type, t.quantization});
  }
  if (spec.type && !node.outputs.empty()) spec.type = tensor(node.output()).type;
  return spec;
}

network::Network Editor::build() {
  network::NetworkSpec spec = spec_;
  spec.inputs.clear();
  for (const network::InputSpec& input : spec_.inputs) {
    // Inputs keep their numbers.
    const auto id = static_cast<TensorId>(spec.inputs.size());
    network::InputSpec copy = input;
    copy.shape = tensor(id).shape;
    copy.type = tensor(id).type;
    copy.quantization = tensor(id).quantization;
    spec.inputs.push_back(std::move(copy));
  }
  built_order_ = sorted();
  for (const LayerId layer : built_order_) spec.layers.push_back(written(nodes_[layer]));
  settle_shared_constants(spec.layers);
  config::Diagnostics diagnostics;
  network::Network network = network::build_network(spec, diagnostics);
  const auto fail = [&](const std::string& what) {
    throw Error(ErrorKind::kInternal, "rewriting pass " + pass_ + ", network " + spec.name + ": " + what);
  };
  if (!diagnostics.empty()) fail(diagnostics.errors().front().text());
  if (built_order_.size() != layers().size()) fail("its layers depend on each other in a circle");
  for (std::size_t i = 0; i < built_order_.size(); ++i) {
    const Node& node = nodes_[built_order_[i]];
    for (std::size_t o = 0; o < node.outputs.size(); ++o) {
      const network::Tensor& expected = tensor(node.outputs[o]);
      const network::Tensor& got = network.output_of(network.layers[i], o);
      if (expected.shape != got.shape) {
        fail("layer \"" + node.spec.name + "\" makes " + got.shape.text() + " instead of " + expected.shape.text());
      }
    }
  }
  return network;
}

std::vector<Origin> Editor::origins() const {
  std::vector<Origin> origins;
  for (const LayerId layer : built_order_) origins.push_back(nodes_[layer].origin);
  return origins;
}

}  // namespace subvolt::rewrite
