// activation: an activation behind a convolution, fully connected layer or pool is applied where the results are
// requantised, on their way out of the layer.
//
// Exact in floating point. With integers, clamps (relu, relu6, ...) are exact when the tensor in between and the output
// have one scale and zero point: the clamp then commutes with the rounding. Any other function of an integer is a
// table lookup behind the rounding, as it was before, and exact with any scale. MACs and parameters stay.
#include "sim/rewrite/pass.h"
#include "sim/rewrite/passes/fuse_activation.h"

namespace subvolt::rewrite {

void take_activation(Editor& editor, LayerId layer) {
  const auto follower = only_follower(editor, layer);
  if (!follower || !editor.at(*follower).is("activation")) return;
  if (editor.at(layer).spec.activation != network::Activation::kNone) return;
  const network::Activation activation = editor.at(*follower).spec.activation;
  const network::Tensor& between = editor.tensor(editor.at(layer).output());
  const network::Tensor& after = editor.tensor(editor.at(*follower).output());
  if (between.type != after.type) return;
  if (network::is_clamp(activation) && !same_encoding(between, after)) return;
  editor.edit(layer).activation = activation;
  editor.absorb(*follower, layer, "applied where results leave the layer");
}

namespace {

void run(Editor& editor) {
  for (const LayerId layer : editor.layers()) {
    const Node& node = editor.at(layer);
    if (node.alive && (has_channels(node) || is_pool(node))) take_activation(editor, layer);
  }
}

const bool activation_registered =
    register_pass({"activation", "fuses activations behind convolutions, fully connected layers and pools", 70, true,
                   true, false, run});

}  // namespace
}  // namespace subvolt::rewrite
