#include "sim/mapping/block_engine/block_image.h"

#include "sim/mapping/block_engine/block_engine_machine.h"

namespace subvolt::mapping {

void add_blocks(const BlockImage& image, std::int64_t number, const AxisTile& rows, const AxisTile& columns,
                std::int64_t first, std::int64_t count, std::vector<Block>& blocks) {
  constexpr std::int64_t kBrick = BlockEngineMachine::kBrick;
  OperandPlace place = image.place;
  place.address += static_cast<Address>(number * image.height * image.width * image.pitch);
  if (!image.bricks) {
    blocks.push_back(image_block(place, image.width, image.pitch, rows, columns, first, count));
    if (blocks.back().bytes() == 0) blocks.pop_back();
    return;
  }
  if (rows.in_lines == 0 || columns.in_lines == 0) return;
  const std::int64_t row = image.width * image.channels, whole = count / kBrick, rest = count % kBrick;
  const auto base = [&](std::int64_t channel, std::int64_t depth) {
    return place.address + static_cast<Address>(rows.in_begin * row + channel * image.width + columns.in_begin * depth);
  };
  if (whole > 0) {
    Block b;
    b.base = base(first, kBrick);
    b.row_bytes = kBrick * columns.in_lines;
    b.rows = whole;
    b.row_stride = kBrick * image.width;
    b.planes = rows.in_lines;
    b.plane_stride = row * rows.in_step;
    blocks.push_back(b);
  }
  if (rest == 0) return;
  Block b;
  b.base = base(first + whole * kBrick, rest);
  b.row_bytes = rest * columns.in_lines;
  b.rows = rows.in_lines;
  b.row_stride = row * rows.in_step;
  blocks.push_back(b);
}

}  // namespace subvolt::mapping
