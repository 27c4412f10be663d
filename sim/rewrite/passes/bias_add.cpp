// bias_add: the addition of a constant per output channel behind a convolution or fully connected layer that has no
// bias becomes its bias.
//
// Exact in floating point up to the order of additions. Not for integers: there the addition has a rounding of its
// own. Parameters stay: the constant only changes its place.
#include "sim/rewrite/pass.h"
#include "sim/rewrite/queries.h"

namespace subvolt::rewrite {
namespace {

// A number per channel, channels being the last dimension.
bool is_channel_vector(const network::Constant& c, std::int64_t channels) {
  return c.elements() == channels && (channels == 1 || c.shape.channels() == channels);
}

void run(Editor& editor) {
  for (const LayerId layer : editor.layers()) {
    const Node& node = editor.at(layer);
    if (!node.alive || !has_channels(node) || !has_constant_weights(node) || node.spec.bias) continue;
    if (node.spec.activation != network::Activation::kNone || !is_float(editor, node.output())) continue;
    const auto follower = only_follower(editor, layer);
    if (!follower || !editor.at(*follower).is("add")) continue;
    const network::Constant* operand = constant_operand(editor.at(*follower));
    if (!operand || !network::is_float(operand->type)) continue;
    if (!is_channel_vector(*operand, output_channels(editor, node))) continue;
    // An addition may broadcast: the output is to stay what it was.
    if (editor.tensor(editor.at(*follower).output()).shape != editor.tensor(node.output()).shape) continue;
    network::Constant bias = *operand;
    bias.role = network::Role::kBias;
    network::LayerSpec& spec = editor.edit(layer);
    spec.bias = true;
    spec.bias_type = bias.type;
    spec.activation = editor.at(*follower).spec.activation;
    spec.constants.push_back(std::move(bias));
    editor.absorb(*follower, layer, "its constant becomes the bias");
  }
}

const bool bias_add_registered =
    register_pass({"bias_add", "makes the addition of a constant per channel the bias of the layer before it", 62, true,
                   true, false, run});

}  // namespace
}  // namespace subvolt::rewrite
