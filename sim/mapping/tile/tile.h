// A tile of a layer with MACs: what one compute command does.
#pragma once

#include <cstdint>
#include <tuple>

#include "sim/mapping/tile/format.h"

namespace subvolt::mapping {

// The matrix product of a tile: outputs[pixel, channel] (+)= sum over reduction of input x weight. A
// convolution tile is lowered on the fly (im2col in the address generator, no copy in memory): pixels =
// output rows x columns, reduction = kernel taps x input channels of the tile. A depthwise tile is `groups`
// independent products of `channels` outputs each (the depth multiplier), which share nothing. All sizes >= 1.
struct TileWork {
  std::int64_t pixels = 1;
  std::int64_t reduction = 1;
  std::int64_t channels = 1;
  std::int64_t groups = 1;
  bool accumulate = false;  // adds to partial sums that an earlier tile left in the output buffer
  std::int64_t macs() const { return pixels * reduction * channels * groups; }
};

// Along one spatial dimension.
struct TileAxis {
  std::int64_t out = 1;  // output lines
  std::int64_t kernel = 1;
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
  // Input lines under the outputs, padding included: from the first line of the first window to the last of the last.
  std::int64_t in() const { return (out - 1) * stride + (kernel - 1) * dilation + 1; }
};

// The same with its window and its formats, for arrays that make something of them.
struct Tile {
  TileAxis rows, columns;
  std::int64_t channels = 1;  // outputs per group
  std::int64_t inputs = 1;    // input channels per group, of this step of the reduction
  std::int64_t groups = 1;
  bool accumulate = false;
  Format input = kInt8, weight = kInt8, sum = kInt32;

  TileWork as_product() const {
    return {rows.out * columns.out, rows.kernel * columns.kernel * inputs, channels, groups, accumulate};
  }
  // A window of one element over a line of pixels.
  static Tile of(const TileWork& work) {
    Tile tile;
    tile.columns.out = work.pixels;
    tile.inputs = work.reduction;
    tile.channels = work.channels;
    tile.groups = work.groups;
    tile.accumulate = work.accumulate;
    return tile;
  }
  std::int64_t macs() const { return as_product().macs(); }

  auto key() const {
    return std::make_tuple(rows.out, rows.kernel, rows.stride, rows.dilation, columns.out, columns.kernel,
                           columns.stride, columns.dilation, channels, inputs, groups, accumulate, input.type,
                           weight.type, sum.type);
  }
  friend bool operator<(const Tile& a, const Tile& b) { return a.key() < b.key(); }
};

}  // namespace subvolt::mapping
