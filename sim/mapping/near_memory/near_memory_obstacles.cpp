// What keeps a layer off the machine.
#include <algorithm>

#include "sim/mapping/layer/mac_layer.h"
#include "sim/mapping/layer/type_obstacle.h"
#include "sim/mapping/near_memory/near_memory_graph.h"

namespace subvolt::mapping {
namespace {

using network::ElementType;
using network::Layer;

std::string sides(std::int64_t a, std::int64_t b) { return std::to_string(a) + "x" + std::to_string(b); }

bool is_line_of(const Layer& layer) {
  return layer.op->name.size() > 2 && layer.op->name.substr(layer.op->name.size() - 2) == "1d";
}

}  // namespace

std::string NearMemoryGraph::obstacle(std::size_t layer) const {
  std::string why = own_obstacle(layer);
  if (!why.empty()) return why;
  const auto root = root_of(layer);
  if (!root) return move_obstacle(layer);
  if (*root != layer) return "";
  why = room_obstacle(work_of(layer));
  return why.empty() ? weights_obstacle(layer) : why;
}

std::string NearMemoryGraph::own_obstacle(std::size_t index) const {
  const Layer& layer = network_.layers[index];
  const std::string& op = layer.op->name;
  for (const network::TensorId t : layer.inputs) {
    const ElementType type = network_.tensor(t).type;
    if (!Format{type}.is_byte()) return instance_ + " " + computes_int8("input", type);
  }
  if (layer.outputs.size() != 1) return instance_ + " has no operator " + op;
  const ElementType out = network_.output_of(layer).type;
  if (!Format{out}.is_byte() && !(out == ElementType::kInt32 && layer.macs > 0)) {
    return instance_ + " " + computes_int8("output", out);
  }
  if (op == "concat") {
    if (layer.activation() != network::Activation::kNone || !layer.constants.empty()) {
      return instance_ + " concatenates what it computed itself, without an activation";
    }
    const network::Shape& shape = network_.output_of(layer).shape;
    const std::vector<std::int64_t>& axes = layer.attributes.axes;
    const bool channels =
        axes.empty() || axes.front() == -1 || axes.front() + 1 == static_cast<std::int64_t>(shape.rank());
    return channels ? "" : instance_ + " concatenates channels only";
  }
  if (op == "add" || op == "sub" || op == "bitwise_or" || op == "bitwise_xor") {
    if (layer.activation() != network::Activation::kNone) {
      return instance_ + " has no activation behind " + op + " without a convolution";
    }
    const auto differs = [&](network::TensorId t) {
      return network_.tensor(t).shape != network_.output_of(layer).shape;
    };
    if (!layer.constants.empty() || std::any_of(layer.inputs.begin(), layer.inputs.end(), differs)) {
      return instance_ + " takes operands of one shape that were computed for " + op;
    }
    if (layer.inputs.size() < 2 || layer.inputs.size() > 16) return instance_ + " takes 2 to 16 operands for " + op;
    return "";
  }
  if (layer.op->form == network::Form::kArray) return multiply_obstacle(layer);
  if (op == "max_pool" || op == "average_pool" || op == "max_pool1d" || op == "average_pool1d") {
    return window_obstacle(layer);
  }
  return instance_ + " has no operator " + op;
}

// Of pools.
std::string NearMemoryGraph::window_obstacle(const Layer& layer) const {
  const network::Window& w = layer.window;
  if (layer.activation() != network::Activation::kNone) {
    return instance_ + " has no activation behind a pool without a convolution";
  }
  if (w.pad_top + w.pad_bottom + w.pad_left + w.pad_right > 0) return instance_ + " pools without padding only";
  if (w.dilation_height * w.dilation_width > 1) return instance_ + " pools without dilation only";
  if (std::max({w.kernel_height, w.kernel_width, w.stride_height, w.stride_width}) > 16) {
    return instance_ + " pools windows and strides of 16x16 at most, not " + sides(w.kernel_height, w.kernel_width);
  }
  return "";
}

std::string NearMemoryGraph::multiply_obstacle(const Layer& layer) const {
  const std::string& op = layer.op->name;
  const network::Window& w = layer.window;
  const bool depthwise = op == "depthwise_conv2d" || op == "depthwise_conv1d";
  const network::Constant* weights = layer.constant(network::Role::kWeights);
  if (op == "conv3d" || op == "depthwise_conv3d" || op == "transposed_conv1d" || op == "transposed_conv3d" ||
      op == "batch_matmul" || !weights) {
    return instance_ + (weights ? " has no operator " + op : " multiplies by constant weights and these are computed");
  }
  const network::Constant* biases = layer.constant(network::Role::kBias);
  if (!biases && layer.bias) return instance_ + " adds constant biases and these are computed";
  if (needs_lookup(layer)) {
    return instance_ + " has no table for the activation " + network::to_text(layer.activation());
  }
  const std::int64_t bits = network::bits(weights->type);
  if (!network::is_integer(weights->type) && weights->type != ElementType::kBinary) {
    return instance_ + " " + computes_int8("weights", weights->type);
  }
  if (bits != 1 && bits != 2 && bits != 4 && bits != 8) {
    return instance_ + " has weights of 1, 2, 4 or 8 bits, not " + std::to_string(bits);
  }
  if (layer.in.channels > machine_.channels() && op != "fully_connected") {
    return instance_ + " has " + std::to_string(machine_.passes) + " passes of " +
           std::to_string(machine_.processors()) + " input channels, not " + std::to_string(layer.in.channels);
  }
  if (layer.out.channels > machine_.channels()) {
    return instance_ + " has " + std::to_string(machine_.passes) + " passes of " +
           std::to_string(machine_.processors()) + " output channels, not " + std::to_string(layer.out.channels);
  }
  if (std::max({layer.in.height, layer.in.width, layer.out.height, layer.out.width}) > machine_.longest_side) {
    return instance_ + " has images of " + std::to_string(machine_.longest_side) + " rows and columns at most";
  }
  if (op == "fully_connected") {
    if (layer.out.height * layer.out.width > 1) return instance_ + " runs fully_connected over all of its input only";
    return "";
  }
  if (depthwise && (!machine_.depthwise || layer.attributes.multiplier != 1)) {
    return instance_ + (machine_.depthwise ? " makes one channel of each in a depthwise convolution, not " +
                                                 std::to_string(layer.attributes.multiplier)
                                           : " has no depthwise convolution");
  }
  if (!depthwise && layer.groups != 1) return instance_ + " has no grouped convolution";
  const std::string kernel = sides(w.kernel_height, w.kernel_width);
  if (op == "transposed_conv2d") {
    const bool fits = w.kernel_height == 3 && w.kernel_width == 3 && w.stride_height == 2 && w.stride_width == 2 &&
                      layer.out.height == 2 * layer.in.height && layer.out.width == 2 * layer.in.width;
    return fits ? "" : instance_ + " has transposed convolutions of 3x3 to twice the size only";
  }
  if (w.stride_height * w.stride_width > 1) {
    return instance_ + " convolves with stride 1 only, not " + sides(w.stride_height, w.stride_width);
  }
  if (is_line_of(layer)) {
    if (w.kernel_width > NearMemoryMachine::kLanes) {
      return instance_ + " has kernels of 1 to 9 taps on lines, not " + std::to_string(w.kernel_width);
    }
  } else if (w.kernel_height != w.kernel_width || (w.kernel_height != 1 && w.kernel_height != 3)) {
    return instance_ + " has kernels of 1x1 and 3x3, not " + kernel;
  }
  if (w.pad_top != w.pad_bottom || w.pad_left != w.pad_right || std::max(w.pad_top, w.pad_left) > 2 ||
      w.pad_top >= w.kernel_height || w.pad_left >= w.kernel_width) {
    return instance_ + " pads each side alike, by 0 to 2 and less than a kernel";
  }
  return "";
}

// Of a concatenation: nobody but the machine reads or writes it.
std::string NearMemoryGraph::move_obstacle(std::size_t index) const {
  const Layer& layer = network_.layers[index];
  const std::string outside = instance_ + " concatenates only what no other reads or writes";
  const Readers all = readers(index);
  if (all.outside) return outside;
  for (const network::TensorId t : layer.inputs) {
    const auto p = producer(t);
    if (!p || !own_obstacle(*p).empty() || !weights_obstacle(*p).empty()) return outside;
  }
  const bool own =
      std::all_of(all.layers.begin(), all.layers.end(), [&](std::size_t l) { return obstacle(l).empty(); });
  return own ? "" : outside;
}

std::string NearMemoryGraph::room_obstacle(const NearMemoryWork& work) const {
  const NearMemoryLayer& m = work.layer;
  if (m.processors.count() == 0 || m.outputs.count() == 0 || m.passes() > machine_.passes ||
      m.out_passes() > machine_.passes) {
    return instance_ + " has " + std::to_string(machine_.passes) + " passes over channels, and the layer takes more";
  }
  const auto too_long = [&](std::int64_t words) {
    return instance_ + " has data memories of " + grouped(data_words_) + " words of 4 channels, and a tensor takes " +
           grouped(words) + " of each";
  };
  for (const network::TensorId t : work.read) {
    if (m.streaming) break;
    const network::Shape& shape = network_.tensor(t).shape;
    const std::int64_t channels = std::min(shape.channels(), m.channels);
    const std::int64_t words = shape.elements() / shape.channels() * ceil_div(channels, m.processors.count());
    if (words > data_words_) return too_long(words);
  }
  const std::int64_t words = m.out_height * m.out_width * m.out_passes() * m.out_bytes;
  return words > data_words_ ? too_long(words) : "";
}

// Weights stay: those of all layers of the network lie beside each other.
std::string NearMemoryGraph::weights_obstacle(std::size_t index) const {
  if (network_.layers[index].macs == 0) return "";
  std::vector<std::int64_t> used(static_cast<std::size_t>(machine_.processors()), 0);
  std::string why;
  for (std::size_t l = 0; l <= index; ++l) {
    if (network_.layers[l].macs == 0 || !own_obstacle(l).empty()) continue;
    const NearMemoryWork work = work_of(l);
    if (!room_obstacle(work).empty()) continue;
    const std::int64_t words = kernel_words(work.layer);
    why.clear();
    for (int p = 0; p < machine_.processors(); ++p) {
      if (!work.layer.processors.has(p) || used[static_cast<std::size_t>(p)] + words <= machine_.words_of(p)) continue;
      why = instance_ + " has " + grouped(machine_.words_of(p)) + " weight words for processor " + std::to_string(p) +
            ", of which " + grouped(used[static_cast<std::size_t>(p)]) + " are taken, and the layer needs " +
            grouped(words);
      break;
    }
    for (int p = 0; why.empty() && p < machine_.processors(); ++p) {
      if (work.layer.processors.has(p)) used[static_cast<std::size_t>(p)] += words;
    }
  }
  return why;
}

}  // namespace subvolt::mapping
