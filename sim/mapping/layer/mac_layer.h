// A layer with MACs as the mapper sees it: convolution in one and two dimensions, grouped and depthwise convolution,
// fully connected layer and product of matrices are one shape. A fully connected layer is a 1x1 convolution over a 1x1
// image whose channels are all input elements, or over a line of such pixels. A product of matrices is one over a line
// of pixels, the rows of the first; its weights are an activation, as it lies in memory. Images, and matrices of a
// batch, follow one another: each is a repetition of the same program at other addresses.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/mapping/capabilities.h"
#include "sim/mapping/program/command.h"
#include "sim/mapping/program/layer_plan.h"
#include "sim/mapping/tile/axis.h"
#include "sim/network/network.h"

namespace subvolt::mapping {

// Where an operand lives, and what its elements are.
struct OperandPlace {
  const MemoryRegion* memory = nullptr;
  Address address = 0;
  Format format = kInt8;
};

struct MacLayer {
  // Where operands of a repetition lie, in elements from the first one's.
  struct Repetition {
    std::int64_t input = 0, weights = 0, output = 0;
  };
  // Weights that were not laid out tile by tile: a matrix of [input channel][output channel], or the other way round.
  struct Matrix {
    std::int64_t pitch = 0;  // elements from one line to the next; 0: weights are constants of the compiler's own order
    bool transposed = false;
  };
  Axis rows;
  Axis columns;
  std::int64_t taps = 1;  // kernel height x width
  std::int64_t groups = 1;
  std::int64_t inputs_per_group = 1;   // channels
  std::int64_t outputs_per_group = 1;  // channels
  std::int64_t macs = 0;
  bool bias = false;
  bool lookup = false;           // a fused activation that is no clamp
  std::int64_t input_pitch = 0;  // elements from one pixel to the next
  std::int64_t output_pitch = 0;
  std::int64_t output_step = 1;  // lines of the output from one that is written to the next
  Matrix matrix;
  std::vector<Repetition> repetitions = {{}};
  OperandPlace input;
  OperandPlace weights;
  OperandPlace biases{nullptr, 0, kInt32};
  OperandPlace output;
  Format sums = kInt32;  // in the output buffer

  std::int64_t input_channels() const { return groups * inputs_per_group; }
  std::int64_t output_channels() const { return groups * outputs_per_group; }
  std::int64_t weight_bytes() const { return weights.format.bytes(taps * inputs_per_group * output_channels()); }
  std::int64_t bias_bytes() const { return bias ? biases.format.bytes(output_channels()) : 0; }
};

// Whether its activation takes a table behind the requantisation; clamps come with that for free.
bool needs_lookup(const network::Layer& layer);

// Whether a tensor's rows, which may lie apart, are the layer's pixels.
bool has_pixels(const network::Network& network, const network::Layer& layer, network::TensorId tensor);

MacLayer mac_layer(const network::Network& network, std::size_t layer, const Placement& placement,
                   const std::vector<MemoryRegion>& memories);

// Output channels of one tile: either some channels of one group, or several whole groups.
struct ChannelTile {
  std::int64_t first_group = 0;
  std::int64_t groups = 1;
  std::int64_t first_output = 0;  // channel of the output tensor
  std::int64_t outputs = 1;       // per group
  std::int64_t all_outputs() const { return groups * outputs; }
};

std::vector<ChannelTile> channel_tiles(const MacLayer& layer, std::int64_t tile_channels);

// `pixel_rows` x `pixel_columns` outputs of all channels of `tile`, with `reduction` input channels of each group.
Tile tile_of(const MacLayer& layer, std::int64_t pixel_rows, std::int64_t pixel_columns, const ChannelTile& tile,
             std::int64_t reduction, bool accumulate);

// The same by classes of equal size, for the search: the first tile's class first.
struct ChannelClass {
  std::int64_t groups = 1;
  std::int64_t outputs = 1;
  std::int64_t count = 0;
  std::int64_t all_outputs() const { return groups * outputs; }
};
std::vector<ChannelClass> channel_classes(const MacLayer& layer, std::int64_t tile_channels);

// Blocks in memory. Activations are NHWC. The compiler stores the weights tile by tile in the order
// [channel tile][reduction tile][group][tap][input channel][output channel], so that the weights of a tile are
// contiguous and those of a channel tile too; biases are in channel order behind all weights of the layer.
Block image_block(const OperandPlace& image, std::int64_t width, std::int64_t channels, const AxisTile& rows,
                  const AxisTile& columns, std::int64_t first_channel, std::int64_t channel_count);
Block input_block(const MacLayer& layer, const AxisTile& rows, const AxisTile& columns, const ChannelTile& tile,
                  std::int64_t first_reduction, std::int64_t reduction);
Block weight_block(const MacLayer& layer, const ChannelTile& tile, std::int64_t first_reduction,
                   std::int64_t reduction);
Block bias_block(const MacLayer& layer, const ChannelTile& tile);
Block output_block(const MacLayer& layer, const AxisTile& rows, const AxisTile& columns, const ChannelTile& tile);

}  // namespace subvolt::mapping
