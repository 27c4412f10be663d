#include "sim/network/network_spec.h"

#include <algorithm>
#include <string_view>

namespace subvolt::network {
namespace {

// What an operator takes beside its name, op and input. Anything else is a mistake worth an error.
const std::vector<std::string_view>& keys_of(Operator op) {
  static const std::vector<std::string_view> conv2d = {"kernel", "stride",     "dilation", "padding",    "channels",
                                                       "groups", "activation", "bias",     "weight_type"};
  static const std::vector<std::string_view> depthwise = {"kernel",     "stride",     "dilation", "padding",
                                                          "multiplier", "activation", "bias",     "weight_type"};
  static const std::vector<std::string_view> fully_connected = {"channels", "activation", "bias", "weight_type"};
  static const std::vector<std::string_view> pool = {"kernel", "stride", "padding", "activation"};
  static const std::vector<std::string_view> activation = {"activation"};
  static const std::vector<std::string_view> reshape = {"shape"};
  static const std::vector<std::string_view> nothing;
  switch (op) {
    case Operator::kConv2d:
      return conv2d;
    case Operator::kDepthwiseConv2d:
      return depthwise;
    case Operator::kFullyConnected:
      return fully_connected;
    case Operator::kAveragePool:
    case Operator::kMaxPool:
      return pool;
    case Operator::kAdd:
    case Operator::kActivation:
      return activation;
    case Operator::kReshape:
      return reshape;
    case Operator::kSoftmax:
      return nothing;
  }
  return nothing;
}

void check_keys_of_operator(const LayerSpec& layer, const config::Node& node, config::Diagnostics& diagnostics) {
  static const std::vector<std::string_view> common = {"name", "op", "input", "inputs"};
  const auto contains = [](const std::vector<std::string_view>& keys, std::string_view key) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
  };
  const std::vector<std::string_view>& keys = keys_of(layer.op);
  std::string list;
  for (std::string_view key : keys) list.append(list.empty() ? "" : ", ").append(key);
  for (const config::Node::Entry& entry : node.entries()) {
    if (contains(common, entry.key) || contains(keys, entry.key)) continue;
    diagnostics.error(entry.key_location, entry.node.path(),
                      "layer \"" + layer.name + "\": " + to_text(layer.op) + " has no \"" + entry.key +
                          "\", expected " + (list.empty() ? "only name, op and input" : "any of " + list));
  }
}

}  // namespace

const config::Schema<InputSpec>& InputSpec::schema() {
  static const auto s =
      config::Schema<InputSpec>("input", "What goes into the network, per inference.")
          .optional("name", &InputSpec::name, "Name by which layers refer to it.")
          .required("shape", &InputSpec::shape,
                    "224x224x3 or [224, 224, 3]: height, width, channels; 640 alone: channels of a vector.")
          .optional("type", &InputSpec::type, "Element type of the input and, with it, of all activations.");
  return s;
}

const config::Schema<LayerSpec>& LayerSpec::schema() {
  static const auto s =
      config::Schema<LayerSpec>("layer", "One layer; its output is a tensor of the same name.")
          .required("name", &LayerSpec::name, "Unique name.")
          .required("op", &LayerSpec::op, "Operator.")
          .optional("input", &LayerSpec::input, "Input tensor by name. Default: the output of the layer before.")
          .optional("inputs", &LayerSpec::inputs, "The two input tensors of add.")
          .optional("kernel", &LayerSpec::kernel,
                    "Window of convolutions and pools: 3, 3x5 or [3, 5], height first; pools also `global`.")
          .optional("stride", &LayerSpec::stride, "As kernel. Default: 1 for convolutions, the kernel for pools.")
          .optional("dilation", &LayerSpec::dilation, "As kernel; spread of the taps of a convolution.")
          .optional("padding", &LayerSpec::padding,
                    "same (as TensorFlow splits it), valid, 1 (each side) or [top, bottom, left, right].")
          .optional("channels", &LayerSpec::channels, "Output channels of conv2d and fully_connected, which need it.")
          .optional("multiplier", &LayerSpec::multiplier, "Outputs per input channel of depthwise_conv2d.",
                    config::at_least(1))
          .optional("groups", &LayerSpec::groups, "Groups of conv2d; divides input and output channels.",
                    config::at_least(1))
          .optional("shape", &LayerSpec::shape, "Result of reshape. Default: all elements as channels.")
          .optional("activation", &LayerSpec::activation, "Fused behind the operator; what an activation layer does.")
          .optional("bias", &LayerSpec::bias, "Whether an operator with MACs adds an int32 bias per output channel.")
          .optional("weight_type", &LayerSpec::weight_type, "Element type of the weights.")
          .check(check_keys_of_operator);
  return s;
}

}  // namespace subvolt::network

namespace subvolt::config {

using network::Activation;
using network::ElementType;
using network::Operator;

const std::vector<std::pair<Operator, std::string>>& EnumNames<Operator>::names() {
  static const std::vector<std::pair<Operator, std::string>> all = {
      {Operator::kConv2d, "conv2d"},
      {Operator::kDepthwiseConv2d, "depthwise_conv2d"},
      {Operator::kFullyConnected, "fully_connected"},
      {Operator::kAveragePool, "average_pool"},
      {Operator::kMaxPool, "max_pool"},
      {Operator::kAdd, "add"},
      {Operator::kActivation, "activation"},
      {Operator::kSoftmax, "softmax"},
      {Operator::kReshape, "reshape"},
  };
  return all;
}

const std::vector<std::pair<Activation, std::string>>& EnumNames<Activation>::names() {
  static const std::vector<std::pair<Activation, std::string>> all = {
      {Activation::kNone, "none"},       {Activation::kRelu, "relu"}, {Activation::kRelu6, "relu6"},
      {Activation::kSigmoid, "sigmoid"}, {Activation::kTanh, "tanh"},
  };
  return all;
}

const std::vector<std::pair<ElementType, std::string>>& EnumNames<ElementType>::names() {
  static const std::vector<std::pair<ElementType, std::string>> all = {
      {ElementType::kInt8, "int8"}, {ElementType::kInt16, "int16"}, {ElementType::kInt32, "int32"}};
  return all;
}

}  // namespace subvolt::config
