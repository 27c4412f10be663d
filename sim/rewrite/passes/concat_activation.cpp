// concat_activation: an activation behind a concatenation goes in front of it, into each of the layers that make the
// parts, where it costs nothing.
//
// Exact: the same function of the same elements. Only if each part is made for the concatenation alone by a
// convolution, fully connected layer, pool, addition or multiplication without an activation, or with the same clamp,
// which does not change what it has clamped. Integers must have one scale throughout. MACs and parameters stay.
#include <algorithm>

#include "sim/rewrite/pass.h"
#include "sim/rewrite/queries.h"

namespace subvolt::rewrite {
namespace {

using network::Activation;

bool has_output_stage(const Node& node) {
  return has_channels(node) || is_pool(node) || node.is("add") || node.is("sub") || node.is("mul") || node.is("div");
}

bool may_take(const Editor& editor, TensorId part, Activation activation) {
  const auto maker = editor.producer(part);
  if (!maker || !editor.sole_reader(part) || !has_output_stage(editor.at(*maker))) return false;
  const Activation there = editor.at(*maker).spec.activation;
  return there == Activation::kNone || (there == activation && network::is_clamp(activation));
}

void run(Editor& editor) {
  for (const LayerId layer : editor.layers()) {
    const Node& concat = editor.at(layer);
    if (!concat.alive || !concat.is("concat") || !concat.spec.constants.empty()) continue;
    if (concat.spec.activation != Activation::kNone) continue;
    const auto follower = only_follower(editor, layer);
    if (!follower || !editor.at(*follower).is("activation")) continue;
    const Activation activation = editor.at(*follower).spec.activation;
    const network::Tensor& after = editor.tensor(editor.at(*follower).output());
    const std::vector<TensorId> parts = concat.inputs;
    const bool all = std::all_of(parts.begin(), parts.end(), [&](TensorId part) {
      return may_take(editor, part, activation) && same_encoding(editor.tensor(part), after);
    });
    if (!all || !same_encoding(editor.tensor(concat.output()), after)) continue;
    for (const TensorId part : parts) editor.edit(*editor.producer(part)).activation = activation;
    editor.absorb(*follower, layer, "applied to the parts before they are put together");
  }
}

const bool concat_activation_registered = register_pass(
    {"concat_activation", "moves activations behind a concatenation in front of it", 74, true, true, false, run});

}  // namespace
}  // namespace subvolt::rewrite
