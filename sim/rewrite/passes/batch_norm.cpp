// batch_norm: a batch normalisation behind a convolution or fully connected layer goes into its weights and bias.
//
// Exact in real arithmetic: w' = w s, b' = b s + t with s = gamma / sqrt(var + eps) and t = beta - mean s per channel,
// computed offline. Only for floating-point weights that are constants, without an activation in between. The four
// vectors of the normalisation vanish; a layer without a bias gets one. MACs stay.
#include "sim/rewrite/pass.h"
#include "sim/rewrite/queries.h"

namespace subvolt::rewrite {
namespace {

bool takes(const Editor& editor, const Node& node) {
  if (!has_channels(node) || !has_constant_weights(node)) return false;
  if (node.spec.activation != network::Activation::kNone || !network::is_float(node.spec.weight_type)) return false;
  return is_float(editor, node.output());
}

void run(Editor& editor) {
  for (const LayerId layer : editor.layers()) {
    if (!editor.at(layer).alive || !takes(editor, editor.at(layer))) continue;
    const auto follower = only_follower(editor, layer);
    if (!follower || !editor.at(*follower).is("batch_norm")) continue;
    network::LayerSpec& spec = editor.edit(layer);
    if (!spec.bias) {
      spec.bias = true;
      spec.bias_type = spec.weight_type;
    }
    spec.activation = editor.at(*follower).spec.activation;
    editor.absorb(*follower, layer, "scale and shift go into weights and bias");
  }
}

const bool batch_norm_registered = register_pass(
    {"batch_norm", "folds batch normalisation into the convolution before it", 60, true, true, false, run});

}  // namespace
}  // namespace subvolt::rewrite
