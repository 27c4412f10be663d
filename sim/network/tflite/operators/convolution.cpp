// Convolutions and pools.
#include <cstring>

#include "sim/network/tflite/operators/weights.h"

namespace subvolt::network::tflite {
namespace {

Padding padding_of(format::Padding padding) {
  Padding ours;
  ours.mode = padding == format::Padding::SAME ? Padding::Mode::kSame : Padding::Mode::kValid;
  return ours;
}

template <class Options>
void read_window(LayerSpec& layer, const Options& options, const Shape& weights) {
  layer.kernel = Kernel{false, {weights[1], weights[2]}};
  layer.stride = Extent{options.stride_h(), options.stride_w()};
  layer.padding = padding_of(options.padding());
}

const Shape& shape_of_weights(Translation& t, std::size_t i) {
  const Shape& shape = t.operand(i).shape;
  if (shape.rank() != 4 || shape.elements() == 0) t.fail("expected weights of four dimensions, got " + shape.text());
  return shape;
}

// Weights: outputs x height x width x inputs per group.
bool conv_2d(Translation& t) {
  const auto& options = t.need<format::Conv2DOptions>();
  const Shape& weights = shape_of_weights(t, 1);
  const std::int64_t inputs = t.operand(0).shape.channels();
  if (inputs % weights[3] != 0) {
    t.fail("weights of " + weights.text() + " do not divide the " + std::to_string(inputs) + " input channels");
  }
  LayerSpec& layer = t.layer();
  layer.op = Operator("conv2d");
  read_window(layer, options, weights);
  layer.dilation = {options.dilation_h(), options.dilation_w()};
  layer.channels = weights[0];
  layer.groups = inputs / weights[3];
  return fuse(layer, options.activation()) && take_weights(t, 0, 1, 2);
}

// Weights: 1 x height x width x outputs.
bool depthwise_conv_2d(Translation& t) {
  const auto& options = t.need<format::DepthwiseConv2DOptions>();
  const Shape& weights = shape_of_weights(t, 1);
  const std::int64_t inputs = t.operand(0).shape.channels();
  if (inputs == 0 || weights[0] != 1 || weights[3] % inputs != 0) {
    t.fail("expected weights of 1 x height x width x a multiple of the " + std::to_string(inputs) +
           " input channels, got " + weights.text());
  }
  LayerSpec& layer = t.layer();
  layer.op = Operator("depthwise_conv2d");
  read_window(layer, options, weights);
  layer.dilation = {options.dilation_h(), options.dilation_w()};
  layer.multiplier = weights[3] / inputs;
  return fuse(layer, options.activation()) && take_weights(t, 0, 1, 2);
}

// Operands: shape of the output, weights as of a convolution, input, bias.
bool transpose_conv(Translation& t) {
  const auto& options = t.need<format::TransposeConvOptions>();
  const Shape& weights = shape_of_weights(t, 1);
  LayerSpec& layer = t.layer();
  layer.op = Operator("transposed_conv2d");
  read_window(layer, options, weights);
  layer.channels = weights[0];
  layer.shape = t.stated_shape(2);
  return fuse(layer, options.activation()) && take_weights(t, 2, 1, 3);
}

// Weights: depth x height x width, then inputs per group x outputs; transposed: outputs x inputs.
LayerSpec& in_three_dimensions(Translation& t, const char* op, std::size_t channels) {
  const auto& options = t.need<format::Conv3DOptions>();
  const Shape& weights = t.operand(1).shape;
  if (weights.rank() != 5 || weights.elements() == 0) {
    t.fail("expected weights of five dimensions, got " + weights.text());
  }
  LayerSpec& layer = t.layer();
  layer.op = Operator(op);
  layer.kernel = Kernel{false, {weights[1], weights[2], weights[0]}};
  layer.stride = Extent{options.stride_h(), options.stride_w(), options.stride_d()};
  layer.dilation = {options.dilation_h(), options.dilation_w(), options.dilation_d()};
  layer.padding = padding_of(options.padding());
  layer.channels = weights[channels];
  return layer;
}

bool conv_3d(Translation& t) {
  LayerSpec& layer = in_three_dimensions(t, "conv3d", 4);
  const Shape& weights = t.operand(1).shape;
  const std::int64_t inputs = t.operand(0).shape.channels();
  if (inputs % weights[3] != 0) {
    t.fail("weights of " + weights.text() + " do not divide the " + std::to_string(inputs) + " input channels");
  }
  layer.groups = inputs / weights[3];
  return fuse(layer, t.need<format::Conv3DOptions>().activation()) && take_weights(t, 0, 1, 2);
}

// Operands: shape of the output, weights, input, bias.
bool conv_3d_transpose(Translation& t) {
  LayerSpec& layer = in_three_dimensions(t, "transposed_conv3d", 3);
  layer.shape = t.stated_shape();
  return fuse(layer, t.need<format::Conv3DOptions>().activation()) && take_weights(t, 2, 1, 3);
}

// MediaPipe's operator: input, weights as of TRANSPOSE_CONV, bias. Its options are TensorFlow Lite's C structure
// TfLiteTransposeConvParams: padding (1: same, 2: valid), stride width and stride height, 32 bits each
// (mediapipe/util/tflite/operations/transpose_conv_bias.cc).
bool convolution_2d_transpose_bias(Translation& t) {
  const Span options = t.custom_options();
  std::int32_t fields[3];
  if (options.size < sizeof(fields))
    t.fail("expected options of at least 12 bytes, got " + std::to_string(options.size));
  std::memcpy(fields, options.data, sizeof(fields));
  if (fields[0] != 1 && fields[0] != 2)
    t.fail("expected padding 1 or 2 (same, valid), got " + std::to_string(fields[0]));
  const Shape& weights = shape_of_weights(t, 1);
  LayerSpec& layer = t.layer();
  layer.op = Operator("transposed_conv2d");
  layer.kernel = Kernel{false, {weights[1], weights[2]}};
  layer.stride = Extent{fields[2], fields[1]};
  layer.padding = padding_of(fields[0] == 1 ? format::Padding::SAME : format::Padding::VALID);
  layer.channels = weights[0];
  layer.shape = t.stated_shape();
  return take_weights(t, 0, 1, 2);
}

bool pool(Translation& t, const char* op) {
  const auto& options = t.need<format::Pool2DOptions>();
  LayerSpec& layer = t.layer();
  layer.op = Operator(op);
  layer.kernel = Kernel{false, {options.filter_height(), options.filter_width()}};
  layer.stride = Extent{options.stride_h(), options.stride_w()};
  layer.padding = padding_of(options.padding());
  t.take(0);
  return fuse(layer, options.activation());
}

const bool convolution_registered = register_translations({
    {"CONV_2D", conv_2d},
    {"DEPTHWISE_CONV_2D", depthwise_conv_2d},
    {"TRANSPOSE_CONV", transpose_conv},
    {"CONV_3D", conv_3d},
    {"CONV_3D_TRANSPOSE", conv_3d_transpose},
    {"CUSTOM:Convolution2DTransposeBias", convolution_2d_transpose_bias},
    {"AVERAGE_POOL_2D", [](Translation& t) { return pool(t, "average_pool"); }},
    {"MAX_POOL_2D", [](Translation& t) { return pool(t, "max_pool"); }},
    {"L2_POOL_2D", [](Translation& t) { return pool(t, "l2_pool"); }},
});

}  // namespace
}  // namespace subvolt::network::tflite
