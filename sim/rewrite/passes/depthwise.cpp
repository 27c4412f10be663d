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
    if (!node.is("conv1d") && !node.is("conv2d") && !node.is("conv3d")) continue;
    const std::int64_t channels = input_channels(editor, node);
    if (channels < 2 || node.spec.groups != channels) continue;
    network::LayerSpec& spec = editor.edit(layer);
    spec.op = network::Operator("depthwise_" + spec.op->name);
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
    spec.op = network::Operator(spec.op->name.substr(std::string("depthwise_").size()));
    spec.channels = spec.multiplier;
    spec.multiplier = 1;
    spec.groups = 1;
    editor.mark(layer, "a single input channel: an ordinary convolution");
  }
}

const bool depthwise_registered =
    register_pass({"depthwise_groups", "makes convolutions with a group per input channel depthwise ones", 56, false,
                   true, false, groups}) &&
    register_pass({"depthwise_multiplier", "makes depthwise convolutions of a single channel ordinary ones", 57, false,
                   true, false, multiplier});

}  // namespace
}  // namespace subvolt::rewrite
