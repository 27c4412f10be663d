// requantize: a requantisation per channel behind a convolution or fully connected layer on integers is that layer's
// own: its sums are multiplied, shifted and clipped on their way out in any case.
//
// Exact: the same factors and summands, which go where the layer's own scales were; like those, they are part of the
// command and no parameters. Only where the result has eight bits, as the layer's has. MACs stay.
#include "sim/rewrite/pass.h"
#include "sim/rewrite/queries.h"

namespace subvolt::rewrite {
namespace {

bool has_eight_bits(const Editor& editor, TensorId id) {
  const network::ElementType type = editor.tensor(id).type;
  return network::is_integer(type) && network::bits(type) == 8;
}

void run(Editor& editor) {
  for (const LayerId layer : editor.layers()) {
    const Node& node = editor.at(layer);
    if (!node.alive || !has_channels(node) || !has_constant_weights(node)) continue;
    if (node.spec.activation != network::Activation::kNone || !network::is_integer(node.spec.weight_type)) continue;
    const auto follower = only_follower(editor, layer);
    if (!follower || !editor.at(*follower).is("requantize")) continue;
    if (is_float(editor, node.output()) || !has_eight_bits(editor, editor.at(*follower).output())) continue;
    editor.absorb(*follower, layer, "its sums are requantised on their way out");
  }
}

const bool requantize_registered = register_pass(
    {"requantize", "makes a requantisation behind a convolution the convolution's own", 68, true, true, false, run});

}  // namespace
}  // namespace subvolt::rewrite
