// A feature map in memory as a block engine reads and writes parts of it.
//
// Between layers of the engine maps lie in bricks: of each row the first 16 channels of all its pixels, then the next
// 16, and so on, so that a block of some channels has a run per row and brick (Arm's compiler Vela calls that NHCWB16;
// here a last brick of fewer channels takes no more room than they do). What anybody else reads or writes, and what
// lies in a larger tensor, lies pixel by pixel.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/mapping/layer/mac_layer.h"

namespace subvolt::mapping {

struct BlockImage {
  OperandPlace place;  // elements of a byte
  std::int64_t height = 1, width = 1, channels = 1;
  std::int64_t pitch = 1;  // elements from a pixel to the next, where it lies pixel by pixel
  bool bricks = false;
};

// Appends what the lines of `rows` and `columns` and the channels [first, first + count) of image `number` are in
// memory. In bricks `first` is a multiple of 16. Empty blocks are left out.
void add_blocks(const BlockImage& image, std::int64_t number, const AxisTile& rows, const AxisTile& columns,
                std::int64_t first, std::int64_t count, std::vector<Block>& blocks);

}  // namespace subvolt::mapping
