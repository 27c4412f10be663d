// Convolutions in all the ways that ONNX writes them.
#include <algorithm>

#include "sim/network/onnx/fault.h"
#include "sim/network/onnx/windows.h"

namespace subvolt::network::from_onnx {
namespace {

// Where the operands of a convolution are among the inputs.
struct Operands {
  std::size_t weights, bias;
};

// Operands that are computed follow the input in their order, so a bias cannot be computed where weights are not.
bool expressible(const Translation& t, const Operands& at) {
  const bool weights = t.is_constant(at.weights);
  const bool bias = !t.has(at.bias) || t.is_constant(at.bias);
  return !t.is_constant(0) && (bias || !weights);
}

void take_operands(Translation& t, const Operands& at) {
  t.take(0);
  t.take_weights(at.weights);
  t.take_bias(at.bias);
}

std::vector<std::int64_t> kernel_of(const Shape& weights) {
  return std::vector<std::int64_t>(weights.sizes().begin() + 2, weights.sizes().end());
}

// Inputs N x C x ..., weights M x C/group x ...
void convolve(Translation& t, const Operands& at) {
  const Shape& in = t.shape(0);
  const Shape& weights = t.shape(at.weights);
  if (in.rank() < 3 || weights.rank() != in.rank()) {
    throw Fault("expected an input and weights of as many dimensions, at least 3, got " + in.text() + " and " +
                weights.text());
  }
  const std::size_t spatial = in.rank() - 2;
  if (spatial > 3 || !expressible(t, at)) return translate_unknown(t);
  const std::int64_t groups = t.node().integer("group", 1);
  const std::int64_t channels = weights[0];
  if (groups < 1 || groups > in[1] || weights[1] * groups != in[1]) {
    throw Fault("expected weights for the " + std::to_string(in[1]) + " input channels in " + std::to_string(groups) +
                " groups, got weights of " + weights.text());
  }
  const std::string dimensions = std::to_string(spatial) + "d";
  LayerSpec& layer = t.layer();
  if (groups > 1 && groups == in[1] && channels % groups == 0) {
    t.op("depthwise_conv" + dimensions);
    layer.multiplier = channels / groups;
  } else {
    t.op("conv" + dimensions);
    layer.channels = channels;
    layer.groups = groups;
  }
  layer.kernel = Kernel{false, extent_of(kernel_of(weights))};
  set_window(t, spatial);
  take_operands(t, at);
}

void conv(Translation& t) { convolve(t, {1, 2}); }

// x, w, zero points; no bias.
void conv_integer(Translation& t) { convolve(t, {1, 99}); }

// x, its scale and zero point, w, its scale and zero point, the scale and zero point of the output, bias.
void qlinear_conv(Translation& t) {
  convolve(t, {3, 8});
  t.layer().quantization = t.quantization(6, 7);
  for (Constant& constant : t.layer().constants) {
    if (constant.role == Role::kWeights) constant.quantization = t.quantization(4, 5);
  }
}

// ONNX Runtime's convolution with an activation behind it.
void fused_conv(Translation& t) {
  if (t.has(3)) return translate_unknown(t);
  convolve(t, {1, 2});
  const std::string activation = t.node().text("activation", "");
  if (activation == "Relu") t.layer().activation = Activation::kRelu;
  if (activation == "Sigmoid") t.layer().activation = Activation::kSigmoid;
  if (activation == "Tanh") t.layer().activation = Activation::kTanh;
  if (activation == "HardSigmoid") t.layer().activation = Activation::kHardSigmoid;
  if (activation == "LeakyRelu") t.layer().activation = Activation::kLeakyRelu;
  if (activation == "Clip") {
    const auto* bounds = t.node().attribute("activation_params");
    const bool six = bounds && bounds->floats_size() == 2 && bounds->floats(0) == 0.0F && bounds->floats(1) == 6.0F;
    if (!six) throw Fault("expected a clip from 0 to 6 behind a convolution");
    t.layer().activation = Activation::kRelu6;
  }
  if (!activation.empty() && t.layer().activation == Activation::kNone) {
    throw Fault("no activation \"" + activation + "\" behind a convolution is known");
  }
}

// With a stated size of the output, what is padded in all follows from it (ONNX operator ConvTranspose):
//   stride (in - 1) + output_padding + extent - out, the odd element in front unless auto_pad is SAME_UPPER
void pad_for_output(Translation& t, const std::vector<std::int64_t>& out, std::size_t spatial) {
  const Node& node = t.node();
  const auto sizes = [&](const char* name, std::int64_t otherwise) {
    auto list = node.integers(name).value_or(std::vector<std::int64_t>());
    list.resize(spatial, otherwise);
    return list;
  };
  const auto strides = sizes("strides", 1), dilations = sizes("dilations", 1), more = sizes("output_padding", 0);
  const bool upper = node.text("auto_pad", "NOTSET") == "SAME_UPPER";
  std::vector<std::int64_t> pads(2 * spatial, 0);
  for (std::size_t i = 0; i < spatial; ++i) {
    const std::int64_t extent = (t.shape(1)[i + 2] - 1) * dilations[i] + 1;
    const std::int64_t total =
        std::max<std::int64_t>(0, strides[i] * (t.shape(0)[i + 2] - 1) + more[i] + extent - out[i]);
    pads[i] = upper ? total / 2 : total - total / 2;
    pads[spatial + i] = total - pads[i];
  }
  t.layer().padding = Padding();
  t.layer().padding.mode = Padding::Mode::kExplicit;
  set_pads(t.layer().padding, pads);
}

// Inputs N x C x ..., weights C x M/group x ...
void transposed(Translation& t) {
  const Shape& in = t.shape(0);
  const Shape& weights = t.shape(1);
  if (in.rank() < 3 || weights.rank() != in.rank()) {
    throw Fault("expected an input and weights of as many dimensions, at least 3, got " + in.text() + " and " +
                weights.text());
  }
  const std::size_t spatial = in.rank() - 2;
  const Operands at{1, 2};
  if (spatial > 3 || !expressible(t, at)) return translate_unknown(t);
  LayerSpec& layer = t.layer();
  t.op("transposed_conv" + std::to_string(spatial) + "d");
  layer.groups = t.node().integer("group", 1);
  layer.channels = weights[1] * layer.groups;
  layer.kernel = Kernel{false, extent_of(kernel_of(weights))};
  set_window(t, spatial);
  layer.shape = t.out_shape();  // output_padding and output_shape make it larger
  auto out = t.node().integers("output_shape").value_or(std::vector<std::int64_t>());
  if (out.size() > spatial) out.erase(out.begin(), out.end() - static_cast<std::ptrdiff_t>(spatial));
  if (out.size() == spatial) pad_for_output(t, out, spatial);
  take_operands(t, at);
}

const bool rules_convolution_registered = register_rules({
    {"Conv", conv},
    {"ConvInteger", conv_integer},
    {"QLinearConv", qlinear_conv},
    {"com.microsoft.QLinearConv", qlinear_conv},
    {"ConvTranspose", transposed},
    {"com.microsoft.FusedConv", fused_conv},
});

}  // namespace
}  // namespace subvolt::network::from_onnx
