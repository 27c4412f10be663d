#include "sim/mapping/block_engine/block_layer.h"

#include <algorithm>
#include <array>

#include "sim/mapping/layer/mac_layer.h"
#include "sim/mapping/layer/type_obstacle.h"
#include "sim/mapping/layer/window_obstacle.h"
#include "sim/units/counts.h"

namespace subvolt::mapping {
namespace {

using network::Layer;
using network::Network;
using network::Window;

constexpr std::int64_t kMostStride = 3, kMostLines = 64, kMostTaps = 4096;
constexpr std::int64_t kMostPaddedPool = 8, kMostPool = 256;
constexpr std::int64_t kFoldedChannels = 8;

bool is_convolution(const Layer& layer) { return layer.op.is("conv2d") || layer.op.is("conv1d"); }
bool is_depthwise(const Layer& layer) { return layer.op.is("depthwise_conv2d") || layer.op.is("depthwise_conv1d"); }
bool is_average(const Layer& layer) { return layer.op.is("average_pool") || layer.op.is("average_pool1d"); }
bool is_max(const Layer& layer) { return layer.op.is("max_pool") || layer.op.is("max_pool1d"); }
bool is_sum(const Layer& layer) { return layer.op.is("add") || layer.op.is("sub"); }
bool is_element_wise(const Layer& layer) { return is_sum(layer) || layer.op.is("mul"); }

std::string by(std::int64_t rows, std::int64_t columns) { return std::to_string(rows) + "x" + std::to_string(columns); }

// No stride is done along a dimension with one output.
std::int64_t stride_of(std::int64_t stride, std::int64_t out) { return out == 1 ? 1 : stride; }

std::string bytes_obstacle(const Network& network, const Layer& layer) {
  for (const network::TensorId t : layer.inputs) {
    if (!Format{network.tensor(t).type}.is_byte()) return computes_int8("input", network.tensor(t).type);
  }
  const network::ElementType out = network.output_of(layer).type;
  return Format{out}.is_byte() ? "" : computes_int8("output", out);
}

std::string stride_obstacle(const Layer& layer) {
  const Window& w = layer.window;
  const std::int64_t rows = stride_of(w.stride_height, layer.out.height);
  const std::int64_t columns = stride_of(w.stride_width, layer.out.width);
  if (rows <= kMostStride && columns <= kMostStride) return "";
  return "has strides of 1 to 3 and this one is " + by(w.stride_height, w.stride_width);
}

std::string convolution_obstacle(const Layer& layer) {
  const Window& w = layer.window;
  if (layer.groups > 1 && !(layer.in.channels == layer.groups && layer.out.channels == layer.groups)) {
    return "has no way for groups of " + std::to_string(layer.in.channels / layer.groups) + " channels and " +
           std::to_string(layer.out.channels / layer.groups) + " kernels";
  }
  if (w.extent_height() > kMostLines || w.extent_height() * w.extent_width() > kMostTaps) {
    return "has windows of 64 lines and 4,096 taps at most and this one's are " +
           by(w.extent_height(), w.extent_width());
  }
  return stride_obstacle(layer);
}

std::string pool_obstacle(const Layer& layer) {
  const Window& w = layer.window;
  const bool padded = w.pad_top + w.pad_bottom + w.pad_left + w.pad_right > 0;
  const std::int64_t most = is_average(layer) && padded ? kMostPaddedPool : kMostPool;
  if (w.kernel_height > most || w.kernel_width > most) {
    return "pools " + by(most, most) + " pixels at most" + (most == kMostPaddedPool ? " with padding" : "") +
           " and these are " + by(w.kernel_height, w.kernel_width);
  }
  if (w.dilation_height > 1 || w.dilation_width > 1) return "pools pixels that are neighbours";
  return stride_obstacle(layer);
}

// The second may be one pixel, or of one channel, that all others meet.
std::string element_obstacle(const Network& network, const Layer& layer) {
  if (layer.inputs.size() != 2 || !layer.constants.empty()) return "takes two activations here, no constants";
  const network::Shape& shape = network.output_of(layer).shape;
  for (std::size_t i = 0; i < 2; ++i) {
    const network::Shape& own = network.input_of(layer, i).shape;
    const auto fits = [](std::int64_t size, std::int64_t all) { return size == all || size == 1; };
    if (own.images() != shape.images() || !fits(own.height(), shape.height()) || !fits(own.width(), shape.width()) ||
        !fits(own.channels(), shape.channels())) {
      return "takes two activations of one shape, or one that stretches over the other";
    }
  }
  return "";
}

// Pads a stride of the first layer into channels (block_layer.h).
void fold(const Layer& layer, BlockWork& work) {
  const Window& w = layer.window;
  const std::int64_t factor = w.stride_width, width = layer.in.width, kernel = w.kernel_width;
  if (factor < 2 || factor > kMostStride || width % factor != 0 || w.dilation_width > 1 ||
      layer.in.channels * factor > kFoldedChannels) {
    return;
  }
  const std::int64_t same = std::max<std::int64_t>(0, kernel - factor);  // what "same" pads
  const std::int64_t padded = w.pad_left + w.pad_right;
  if (padded != 0 && padded != same) return;
  std::int64_t zeros = padded > 0 || same == 0 ? (same + 1) * factor - kernel : 0;
  if (kernel % factor != 0 && zeros == 0) zeros = factor - kernel % factor;
  const std::int64_t folded = (kernel + 1 + zeros) / factor;
  if (padded > 0 && folded - 1 != same) return;
  work.kernel_columns = work.window_columns = (kernel + zeros) / factor;
  work.stride_columns = 1;
  work.in.columns = width / factor;
  work.in.channels = layer.in.channels * factor;
}

bool first_of_all(const Network& network, const Layer& layer) {
  return std::find(network.inputs.begin(), network.inputs.end(), layer.inputs.front()) != network.inputs.end();
}

// Outputs of a product of vectors lie in a square where there are 4, 8 or 16.
BlockSize pixels_of(std::int64_t n, std::int64_t channels) {
  return n == 4    ? BlockSize{2, 2, channels}
         : n == 8  ? BlockSize{2, 4, channels}
         : n == 16 ? BlockSize{4, 4, channels}
                   : BlockSize{1, n, channels};
}

}  // namespace

std::string block_engine_obstacle(const Network& network, std::size_t index, const std::string& instance) {
  const Layer& layer = network.layers[index];
  const auto no = [&](const std::string& why) { return why.empty() ? why : instance + " " + why; };
  if (is_average(layer) || is_max(layer) || is_element_wise(layer)) {
    const std::string bytes = bytes_obstacle(network, layer);
    if (!bytes.empty()) return no(bytes);
    return no(is_element_wise(layer) ? element_obstacle(network, layer) : pool_obstacle(layer));
  }
  if (!is_convolution(layer) && !is_depthwise(layer) && !layer.op.is("fully_connected")) {
    return no("runs convolutions, fully connected layers, pools, sums and products only");
  }
  const std::string why = window_obstacle(network, index, instance, true);
  if (!why.empty()) return why;
  const network::ElementType weights = layer.constant(network::Role::kWeights)->type;
  if (!Format{weights}.is_byte()) return no(computes_int8("weights", weights));
  const network::Constant* biases = layer.constant(network::Role::kBias);
  if (biases && biases->type != network::ElementType::kInt32) return no(adds_int32(biases->type));
  return layer.op.is("fully_connected") ? "" : no(convolution_obstacle(layer));
}

BlockWork block_work(const Network& network, std::size_t index) {
  const Layer& layer = network.layers[index];
  const Window& w = layer.window;
  BlockWork work;
  work.out = {layer.out.height, layer.out.width, layer.out.channels};
  work.in = {layer.in.height, layer.in.width, layer.in.channels};
  const auto holds = [](const std::vector<network::TensorId>& all, network::TensorId t) {
    return std::find(all.begin(), all.end(), t) != all.end();
  };
  work.linear_in = holds(network.inputs, layer.inputs.front());
  work.linear_out = holds(network.outputs, layer.outputs.front());
  work.table = needs_lookup(layer);
  work.clamped = !work.table && layer.activation() != network::Activation::kNone;
  if (is_element_wise(layer)) {
    work.operation = is_sum(layer) ? BlockOperation::kAdd : BlockOperation::kMultiply;
    const network::Shape& shape = network.output_of(layer).shape;
    work.in = work.out = {shape.height(), shape.width(), shape.channels()};
    return work;
  }
  work.kernel_rows = w.kernel_height;
  work.kernel_columns = w.kernel_width;
  work.window_rows = w.extent_height();
  work.window_columns = w.extent_width();
  work.stride_rows = stride_of(w.stride_height, layer.out.height);
  work.stride_columns = stride_of(w.stride_width, layer.out.width);
  if (is_average(layer) || is_max(layer)) {
    work.operation = is_max(layer) ? BlockOperation::kMaxPool : BlockOperation::kAveragePool;
    return work;
  }
  work.biases = true;  // scales are read even without biases
  // Padding makes more pixels of one, which meet no inputs: not a product of vectors.
  const bool one_pixel = work.in.rows * work.in.columns == 1 && work.out.rows * work.out.columns == 1;
  const bool vectors = layer.op.is("fully_connected") || (is_convolution(layer) && one_pixel && work.taps() == 1);
  if (vectors) {
    work.operation = BlockOperation::kVectorProduct;
    work.kernel_rows = work.kernel_columns = work.window_rows = work.window_columns = 1;
    const std::int64_t pixels = layer.out.height * layer.out.width;
    const std::int64_t inputs = layer.in.elements() / layer.in.images / pixels;
    work.out = pixels_of(pixels, layer.out.channels);
    work.in = pixels_of(pixels, inputs);
    return work;
  }
  // One input channel with several kernels is a dense convolution.
  work.operation = layer.groups > 1 ? BlockOperation::kDepthwise : BlockOperation::kConvolution;
  if (work.operation == BlockOperation::kConvolution && first_of_all(network, layer)) fold(layer, work);
  return work;
}

}  // namespace subvolt::mapping
