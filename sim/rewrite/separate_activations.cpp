#include "sim/rewrite/separate_activations.h"

#include "sim/rewrite/editor.h"

namespace subvolt::rewrite {
namespace {

using network::Activation;

// In front of the layer's output, which the activation makes from now on.
void separate(Editor& editor, LayerId layer) {
  const Node& node = editor.at(layer);
  const Activation activation = node.spec.activation;
  const TensorId out = node.output();
  network::Tensor results = editor.tensor(out);
  results.name = node.spec.name + "/results";
  network::LayerSpec spec;
  spec.name = node.spec.name + "/" + network::to_text(activation);
  spec.op = network::Operator("activation");
  spec.activation = activation;
  const TensorId between = editor.add_tensor(std::move(results));
  editor.edit(layer).activation = Activation::kNone;
  editor.set_output(layer, 0, between);
  editor.insert(std::move(spec), {between}, {out}, layer);
}

}  // namespace

std::optional<Separated> separate_activations(const network::Network& network,
                                              const std::function<bool(std::size_t layer)>& apart) {
  std::vector<std::size_t> chosen;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const network::Layer& layer = network.layers[l];
    if (layer.activation() == Activation::kNone || layer.op.is("activation")) continue;
    if (layer.outputs.size() == 1 && apart(l)) chosen.push_back(l);
  }
  if (chosen.empty()) return std::nullopt;

  std::vector<Origin> origins;
  std::vector<Fate> fates;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    origins.push_back({{l}, ""});
    fates.emplace_back();
  }
  Editor editor(network, std::move(origins), fates);
  editor.begin("separate_activations");
  for (const std::size_t layer : chosen) separate(editor, layer);
  Separated separated;
  separated.network = editor.build();
  for (const Origin& origin : editor.origins()) {
    // An activation comes right behind what it was fused into.
    separated.from.push_back(origin.layers.empty() ? separated.from.back() : origin.layers.front());
  }
  return separated;
}

}  // namespace subvolt::rewrite
