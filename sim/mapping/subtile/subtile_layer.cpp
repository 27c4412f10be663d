#include "sim/mapping/subtile/subtile_layer.h"

#include <algorithm>
#include <utility>

#include "sim/mapping/subtile/subtile_job.h"

namespace subvolt::mapping {
namespace {

using M = SubtileMachine;

}  // namespace

SubtileLayer::SubtileLayer(const M& machine, MacLayer layer, SubtileInput input)
    : L1Layer(std::move(layer)), machine_(machine), input_(input), side_(M::kSide) {
  const bool window = input == SubtileInput::kImage && (layer_.taps > 1 || depthwise());
  if (window && layer_.rows.stride == 2) side_ = (M::kSide + 1) / 2;
}

std::int64_t SubtileLayer::grain() const { return depthwise() ? machine_.inputs : machine_.kernels; }

Tile SubtileLayer::tile(const AxisTile& rows, const AxisTile& columns, const ChannelTile& channels) const {
  Tile tile = L1Layer::tile(rows, columns, channels);
  if (input_ == SubtileInput::kImage) return tile;
  if (input_ == SubtileInput::kLine) {
    tile.columns.kernel = layer_.inputs_per_group;
    tile.inputs = 1;
    return tile;
  }
  tile.rows = {rows.out_size, 1, 1, 1};
  tile.columns = {columns.out_size, 1, 1, 1};
  tile.inputs = layer_.taps * layer_.inputs_per_group;
  return tile;
}

std::vector<Block> SubtileLayer::inputs(const AxisTile& rows, const AxisTile& columns,
                                        const ChannelTile& channels) const {
  if (!gathered()) return L1Layer::inputs(rows, columns, channels);
  std::vector<Block> blocks;
  gather(rows, columns, blocks);
  return blocks;
}

Transfer SubtileLayer::input_transfer(const AxisTile& rows, const AxisTile& columns, const ChannelTile& channels,
                                      Bytes burst) const {
  if (!gathered()) return L1Layer::input_transfer(rows, columns, channels, burst);
  Transfer input;
  input.bytes = rows.out_size * columns.out_size * layer_.taps * layer_.inputs_per_group;
  input.bursts = rows.out_size * columns.out_size * layer_.rows.kernel;
  input.padded_bytes = std::max(input.bytes, input.bursts * kShortestRun);
  return input;
}

L1Work SubtileLayer::work(const Tile& tile) const {
  const SubtileJob job = subtile_job(tile);
  const SubtileActivity a = subtile_activity(machine_, job);
  const SubtileOperands o = subtile_operands(machine_, job);
  return {a.cycles(), a.input_bytes + a.weight_bytes + a.scale_bytes + a.output_bytes, o.weights + o.biases, o.output};
}

// Of each row of outputs, those next to each other of whose windows the same columns are real: a run per row of a
// window.
void SubtileLayer::gather(const AxisTile& rows, const AxisTile& columns, std::vector<Block>& blocks) const {
  // Taps [first, end) that lie in the image.
  const auto taps = [](const Axis& axis, std::int64_t out) {
    const std::int64_t begin = out * axis.stride - axis.pad;
    const std::int64_t first = begin < 0 ? ceil_div(-begin, axis.dilation) : 0;
    const std::int64_t end = axis.in > begin ? ceil_div(axis.in - begin, axis.dilation) : 0;
    return std::make_pair(std::min(first, axis.kernel), std::clamp<std::int64_t>(end, 0, axis.kernel));
  };
  const Format& format = layer_.input.format;
  const std::int64_t pixel = layer_.input_pitch;
  for (std::int64_t y = rows.out_begin; y < rows.out_begin + rows.out_size; ++y) {
    const auto [top, bottom] = taps(layer_.rows, y);
    for (std::int64_t x = columns.out_begin; x < columns.out_begin + columns.out_size;) {
      const auto real = taps(layer_.columns, x);
      std::int64_t n = 1;
      while (x + n < columns.out_begin + columns.out_size && taps(layer_.columns, x + n) == real) ++n;
      if (bottom > top && real.second > real.first) {
        const std::int64_t row = y * layer_.rows.stride - layer_.rows.pad + top * layer_.rows.dilation;
        const std::int64_t column = x * layer_.columns.stride - layer_.columns.pad + real.first;
        Block b;
        b.base = layer_.input.address + static_cast<Address>(format.offset((row * layer_.columns.in + column) * pixel));
        b.row_bytes = format.bytes((real.second - real.first) * pixel);
        b.rows = bottom - top;
        b.row_stride = format.bytes(layer_.rows.dilation * layer_.columns.in * pixel);
        b.planes = n;
        b.plane_stride = format.bytes(layer_.columns.stride * pixel);
        blocks.push_back(b);
      }
      x += n;
    }
  }
}

std::int64_t SubtileLayer::input_room(std::int64_t rows, std::int64_t columns, std::int64_t in_rows,
                                      std::int64_t in_columns, const ChannelTile& channels) const {
  if (!gathered()) return L1Layer::input_room(rows, columns, in_rows, in_columns, channels);
  return rows * columns * layer_.taps * channels.groups * layer_.inputs_per_group;
}

}  // namespace subvolt::mapping
