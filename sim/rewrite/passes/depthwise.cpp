// depthwise_groups: a convolution with as many groups as input channels is a depthwise one.
// depthwise_multiplier: a depthwise convolution of a single input channel is an ordinary one.
//
// Both exact: the same products and the same weights in the same order under another name, so that a network means the
// same to the mapper however a file spells it.
#include "sim/rewrite/pass.h"
#include "sim/rewrite/queries.h"

namespace subvolt::rewrite {
namespace {

std::int64_t input_channels(const Editor& editor, const Node& node) {
  return editor.tensor(node.input()).shape.channels();
}

void groups(Editor& editor) {
  for (const LayerId layer : editor.layers()) {
    const Node& node = editor.at(layer);
    const bool flat = node.is("conv1d");
    if (!flat && !node.is("conv2d")) continue;
    const std::int64_t channels = input_channels(editor, node);
    if (channels < 2 || node.spec.groups != channels) continue;
    network::LayerSpec& spec = editor.edit(layer);
    spec.op = network::Operator(flat ? "depthwise_conv1d" : "depthwise_conv2d");
    spec.multiplier = *spec.channels / channels;
    spec.groups = 1;
    spec.channels.reset();
    editor.mark(layer, "one group per input channel: depthwise");
  }
}

void multiplier(Editor& editor) {
  for (const LayerId layer : editor.layers()) {
    const Node& node = editor.at(layer);
    if (!is_depthwise(node) || input_channels(editor, node) != 1) continue;
    network::LayerSpec& spec = editor.edit(layer);
    spec.op = network::Operator(spec.op.is("depthwise_conv1d") ? "conv1d" : "conv2d");
    spec.channels = spec.multiplier;
    spec.multiplier = 1;
    spec.groups = 1;
    editor.mark(layer, "a single input channel: an ordinary convolution");
  }
}

const bool registered =
    register_pass({"depthwise_groups", "makes convolutions with a group per input channel depthwise ones", 56, false,
                   true, false, groups}) &&
    register_pass({"depthwise_multiplier", "makes depthwise convolutions of a single channel ordinary ones", 57, false,
                   true, false, multiplier});

}  // namespace
}  // namespace subvolt::rewrite
