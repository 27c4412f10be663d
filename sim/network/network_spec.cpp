#include "sim/network/network_spec.h"

#include <algorithm>
#include <string_view>

#include "sim/network/layer_keys.h"

namespace subvolt::network {
namespace {

// Attributes are fields of a layer in a file.
template <class M>
M LayerSpec::*field(M Attributes::*member) {
  return member;
}

// What an operator takes beside what every layer has. Anything else is a mistake worth an error.
void check_keys_of_operator(const LayerSpec& layer, const config::Node& node, config::Diagnostics& diagnostics) {
  std::string list;
  for (std::string_view key : layer.op->keys) list.append(list.empty() ? "" : ", ").append(key);
  for (const config::Node::Entry& entry : node.entries()) {
    if (takes_key(layer.op, entry.key)) continue;
    diagnostics.error(entry.key_location, entry.node.path(),
                      "layer \"" + layer.name + "\": " + to_text(layer.op) + " has no \"" + entry.key +
                          "\", expected " + (list.empty() ? "only name, op and input" : "any of " + list));
  }
}

}  // namespace

bool takes_key(const Operator& op, std::string_view key) {
  static const std::vector<std::string_view> common = {
      "name", "op", "input", "inputs", "outputs", "shape", "type", "constants", "source_op", "quantization", "mapping"};
  const auto contains = [&](const std::vector<std::string_view>& keys) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
  };
  return contains(common) || contains(op->keys);
}

const config::Schema<InputSpec>& InputSpec::schema() {
  static const auto s =
      config::Schema<InputSpec>("input", "What goes into the network, per inference.")
          .optional("name", &InputSpec::name, "Name by which layers refer to it.")
          .required("shape", &InputSpec::shape,
                    "224x224x3 or [224, 224, 3]: height, width, channels; 640 alone: channels of a vector.")
          .optional("type", &InputSpec::type, "Element type of the input and, with it, of all activations.")
          .optional("quantization", &InputSpec::quantization, "Scale and zero point.");
  return s;
}

const config::Schema<OutputSpec>& OutputSpec::schema() {
  static const auto s = config::Schema<OutputSpec>("output", "One output tensor of a layer.")
                            .required("name", &OutputSpec::name, "Name by which layers refer to it.")
                            .optional("shape", &OutputSpec::shape, "Its shape, where the operator cannot tell.")
                            .optional("type", &OutputSpec::type, "Its element type. Default: as the operator says.")
                            .optional("quantization", &OutputSpec::quantization, "Scale and zero point.");
  return s;
}

const config::Schema<LayerSpec>& LayerSpec::schema() {
  static const auto s =
      config::Schema<LayerSpec>("layer", "One layer; its output is a tensor of the same name.")
          .required("name", &LayerSpec::name, "Unique name.")
          .required("op", &LayerSpec::op, "Operator.")
          .optional("source_op", &LayerSpec::source_op, "The operator's name in the file that the layer comes from.")
          .optional("input", &LayerSpec::input, "Input tensor by name. Default: the output of the layer before.")
          .optional("inputs", &LayerSpec::inputs, "Several input tensors; []: none, the layer works on constants.")
          .optional("outputs", &LayerSpec::outputs, "Output tensors of a layer that has several.")
          .optional(
              "kernel", field(&LayerSpec::kernel),
              "Window of convolutions and pools: 3, 3x5 (height first) or 2x3x5 (depth first); pools also `global`.")
          .optional("stride", field(&LayerSpec::stride),
                    "As kernel. Default: 1 for convolutions, the kernel for pools.")
          .optional("dilation", field(&LayerSpec::dilation), "As kernel; spread of the taps of a window.")
          .optional(
              "padding", field(&LayerSpec::padding),
              "same (as TensorFlow splits it), same_lower, valid, 1 (each side), [top, bottom, left, right] or [front, "
              "back, top, bottom, left, right].")
          .optional("ceil", field(&LayerSpec::ceil), "Pools: a last, partial window counts.")
          .optional("channels", field(&LayerSpec::channels),
                    "Output channels of convolutions and fully_connected, which need it.")
          .optional("multiplier", field(&LayerSpec::multiplier), "Outputs per input channel of depthwise convolutions.",
                    config::at_least(1))
          .optional("groups", field(&LayerSpec::groups), "Groups of channels; divides input and output channels.",
                    config::at_least(1))
          .optional("keep_dims", field(&LayerSpec::keep_dims),
                    "fully_connected: over the last dimension only; reductions: reduced dimensions stay, of size 1.")
          .optional("shape", field(&LayerSpec::shape),
                    "Shape of the output. Default of reshape: all elements as channels.")
          .optional("axes", field(&LayerSpec::axes),
                    "Dimensions that it works along; -1 is the last. Recurrent layers: that of the steps.")
          .optional("order", field(&LayerSpec::order), "transpose: which input dimension each output dimension is.")
          .optional("begin", field(&LayerSpec::begin), "slice: first element, per dimension of axes.")
          .optional("end", field(&LayerSpec::end), "slice: behind the last element.")
          .optional("step", field(&LayerSpec::step), "slice: distance of elements. Default: 1.")
          .optional("sizes", field(&LayerSpec::sizes),
                    "split: size of each output along the axis; top_k: how many stay.")
          .optional("before", field(&LayerSpec::before), "pad: elements in front, per dimension.")
          .optional("after", field(&LayerSpec::after), "pad: elements behind, per dimension.")
          .optional("block", field(&LayerSpec::block), "depth_to_space, space_to_depth: side of a block.",
                    config::at_least(1))
          .optional("heads", field(&LayerSpec::heads), "batch_matmul: heads that lie in the last dimension.",
                    config::at_least(1))
          .optional("transpose_a", field(&LayerSpec::transpose_a), "batch_matmul: swap the first operand's dimensions.")
          .optional("transpose_b", field(&LayerSpec::transpose_b),
                    "batch_matmul: swap the second operand's dimensions.")
          .optional("units", field(&LayerSpec::units), "Cells of a recurrent layer, filters of svdf.")
          .optional("projection", field(&LayerSpec::projection), "lstm: size of its projected output.")
          .optional("memory", field(&LayerSpec::memory), "svdf: time steps that it remembers.", config::at_least(1))
          .optional("rank", field(&LayerSpec::rank), "svdf: filters per output.", config::at_least(1))
          .optional("peephole", field(&LayerSpec::peephole), "lstm: gates see the cells.")
          .optional("bidirectional", field(&LayerSpec::bidirectional), "Recurrent layers: once forth and once back.")
          .optional("recurrent_bias", field(&LayerSpec::recurrent_bias),
                    "Recurrent layers: a bias for the input and another for the recurrent part.")
          .optional("last_only", field(&LayerSpec::last_only), "Recurrent layers: the output is that of the last step.")
          .optional("type", field(&LayerSpec::type), "Element type of the output. Default: as the operator says.")
          .optional("activation", field(&LayerSpec::activation),
                    "Fused behind the operator; what an activation layer does.")
          .optional("bias", field(&LayerSpec::bias), "Whether an operator with MACs adds a bias per output channel.")
          .optional("weight_type", field(&LayerSpec::weight_type), "Element type of the weights.")
          .optional("bias_type", field(&LayerSpec::bias_type), "Element type of the biases.")
          .optional("state", field(&LayerSpec::state), "Name of the state variable that is declared, read or written.")
          .optional("mapping", field(&LayerSpec::mapping),
                    "How a machine's own tools laid it out, for accelerators that follow that.")
          .optional("quantization", &LayerSpec::quantization, "Scale and zero point of the output.")
          .optional("constants", &LayerSpec::constants,
                    "Constant operands; for constants that the operator derives itself: what is known of them.")
          .check(check_keys_of_operator);
  return s;
}

config::Node at_part_of(const std::string& file, const std::string& part) {
  return config::Node::null({part.empty() ? file : file + ": " + part, 0, 0}, "");
}

}  // namespace subvolt::network
