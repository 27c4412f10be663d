#include "sim/mapping/place/residency.h"

#include <algorithm>

namespace subvolt::mapping {
namespace {

int slots(const Tiling& tiling, std::int64_t generations) { return tiling.double_buffered && generations > 1 ? 2 : 1; }

}  // namespace

TileExtent tile_extent(const MacLayer& layer, const TileSizes& size, const AxisTiling& rows,
                       const AxisTiling& columns) {
  TileExtent e;
  e.pixel_tiles = rows.count * columns.count;
  e.most_input_pixels = rows.most_lines * columns.most_lines;
  e.most_fresh_pixels = rows.most_fresh * columns.most_lines;
  e.whole_lines = columns.count == 1;
  e.most_output_pixels = std::min(size.rows, layer.rows.out) * std::min(size.columns, layer.columns.out);
  if (size.channels >= layer.outputs_per_group) {
    e.most_groups = std::min(layer.groups, size.channels / layer.outputs_per_group);
    e.most_outputs = e.most_groups * layer.outputs_per_group;
    e.channel_tiles = ceil_div(layer.groups, e.most_groups);
  } else {
    e.most_outputs = size.channels;
    e.channel_tiles = layer.groups * ceil_div(layer.outputs_per_group, size.channels);
  }
  e.reduction_tiles = ceil_div(layer.inputs_per_group, size.reduction);
  return e;
}

std::optional<Residency> weights_at_once(const MacLayer& layer, const Tiling& tiling, Residency r,
                                         const NpuCapabilities& npu) {
  const bool fit = layer.weight_bytes() + layer.bias_bytes() <= npu.weight_buffer.value();
  const std::size_t loads = channel_tiles(layer, tiling.size.channels).size() *
                            static_cast<std::size_t>(ceil_div(layer.inputs_per_group, tiling.size.reduction));
  if (!fit || r.weights == WeightsStay::kLayer || loads <= static_cast<std::size_t>(r.weight_slots))
    return std::nullopt;
  r.weights = WeightsStay::kLayer;
  r.weight_slots = r.bias_slots = 1;
  return r;
}

bool weights_stay(std::int64_t pixel_tiles, const Residency& r) {
  return pixel_tiles == 1 || r.weights != WeightsStay::kTile;
}

bool biases_stay(const Tiling& tiling, std::int64_t pixel_tiles, const Residency& r) {
  return pixel_tiles == 1 || tiling.order == LoopOrder::kWeightsOuter || r.weights == WeightsStay::kLayer;
}

std::optional<Residency> residency(const MacLayer& layer, const Tiling& tiling, const TileExtent& e,
                                   const NpuCapabilities& npu, Shortage& shortage) {
  Residency r;
  shortage = {};
  const auto need = [&](Buffer buffer, Operand operand, std::int64_t required, Bytes available) {
    const Shortage s{buffer, operand, required, available.value(), ""};
    if (required > s.available && (shortage.required == 0 || s.factor() > shortage.factor())) shortage = s;
  };
  const std::int64_t visits = e.pixel_tiles * e.channel_tiles;
  const std::int64_t work = visits * e.reduction_tiles;
  const bool weights_outer = tiling.order == LoopOrder::kWeightsOuter;

  r.output_slots = slots(tiling, visits);
  const std::int64_t tile_sums = layer.sums.bytes(e.most_output_pixels * e.most_outputs);
  // A third, where there is room, for the tile that is stored while one is computed and one is in the vector unit.
  if (r.output_slots > 1 && visits > 2 && 3 * tile_sums <= npu.output_buffer.value()) r.output_slots = 3;
  need(Buffer::kOutput, Operand::kOutput, r.output_slots * tile_sums, npu.output_buffer);

  const std::int64_t capacity = npu.weight_buffer.value();
  const std::int64_t tile_weights = layer.weights.format.bytes(layer.taps * tiling.size.reduction * e.most_outputs);
  const std::int64_t column_weights = layer.weights.format.bytes(layer.taps * layer.inputs_per_group * e.most_outputs);
  const std::int64_t tile_biases = layer.bias ? layer.biases.format.bytes(e.most_outputs) : 0;
  const int column_slots = slots(tiling, e.channel_tiles);
  // Where staying longer saves no load, two slots keep loads from running ahead of what is computed, so that stores
  // have their turns of the DMA; and a larger buffer changes nothing.
  const bool all_fit = layer.weight_bytes() + layer.bias_bytes() <= capacity;
  const bool saves = !tiling.double_buffered || (!weights_outer && e.pixel_tiles > 1);
  if (all_fit && saves) {
    r.weights = WeightsStay::kLayer;
  } else if (weights_outer && column_slots * (column_weights + tile_biases) <= capacity) {
    r.weights = WeightsStay::kChannelTile;
    r.weight_slots = r.bias_slots = column_slots;
  } else if (weights_outer && e.reduction_tiles > 1 && column_weights + column_slots * tile_biases <= capacity) {
    r.weights = WeightsStay::kChannelTile;
    r.bias_slots = column_slots;
  } else {
    r.weight_slots = slots(tiling, work);
    r.bias_slots = slots(tiling, weights_outer ? e.channel_tiles : visits);
    need(Buffer::kWeight, Operand::kWeight, r.weight_slots * tile_weights + r.bias_slots * tile_biases,
         npu.weight_buffer);
  }

  const int image_slots = slots(tiling, e.pixel_tiles);
  // Of so many channels, in so many slots.
  const auto input_bytes = [&](std::int64_t channels, int slots, bool lines_stay) {
    const std::int64_t pixels =
        lines_stay ? e.most_input_pixels + (slots > 1 ? e.most_fresh_pixels : 0) : slots * e.most_input_pixels;
    return layer.input.format.bytes(pixels * channels);
  };
  const bool down = e.whole_lines && e.pixel_tiles > 1;
  r.inputs_stay = !weights_outer && layer.groups == 1 &&
                  input_bytes(layer.inputs_per_group, image_slots, down) <= npu.input_buffer.value();
  r.input_slots = r.inputs_stay ? image_slots : slots(tiling, work);
  r.lines_stay = down && (r.inputs_stay || (e.reduction_tiles == 1 && (weights_outer || e.channel_tiles == 1)));
  if (!r.inputs_stay) {
    need(Buffer::kInput, Operand::kInput,
         input_bytes(e.most_groups * tiling.size.reduction, r.input_slots, r.lines_stay), npu.input_buffer);
  }
  if (shortage.required > 0) return std::nullopt;
  return r;
}

}  // namespace subvolt::mapping
