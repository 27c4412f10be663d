#include "sim/mapping/tile/mac_estimate.h"

#include <algorithm>

namespace subvolt::mapping {
MacEstimator::MacEstimator(const MacLayer& layer, const NpuCapabilities& npu) : layer_(layer), npu_(npu) {
  const VectorActivity v =
      vector_timing(npu.vector, requantisation(layer, layer.rows.out * layer.columns.out, layer.output_channels()));
  least_cycles_ = std::max(layer.macs / npu.most_macs_per_cycle(), v.cycles.value());
  least_buffer_bytes_ = v.bytes_read + v.bytes_written;
}

MacTraffic MacEstimator::traffic(const FittedTiling& f) const {
  const TileExtent& e = f.extent;
  const Residency& r = f.residency;
  const std::int64_t visits = e.pixel_tiles * e.channel_tiles;
  const AxisTiling& rows = f.pixels->rows;
  const std::int64_t lines = (r.lines_stay ? rows.fresh_lines : rows.in_lines) * f.pixels->columns.in_lines;
  MacTraffic t;
  // Channel tiles of whole groups share no input; those within a group all need the group's.
  const std::int64_t input_reads = r.inputs_stay                                        ? 1
                                   : f.tiling.size.channels >= layer_.outputs_per_group ? layer_.groups
                                                                                        : e.channel_tiles;
  t.input_bytes = layer_.input.format.bytes(lines * layer_.inputs_per_group) * input_reads;
  const std::int64_t weight_reads = weights_stay(e.pixel_tiles, r) ? 1 : e.pixel_tiles;
  const std::int64_t bias_reads = biases_stay(f.tiling, e.pixel_tiles, r) ? 1 : e.pixel_tiles;
  t.weight_bytes = layer_.weight_bytes() * weight_reads;
  t.bias_bytes = layer_.bias_bytes() * bias_reads;
  t.output_bytes = layer_.output.format.bytes(layer_.rows.out * layer_.columns.out * layer_.output_channels());
  t.commands = (r.inputs_stay ? e.pixel_tiles : visits * e.reduction_tiles) +
               e.channel_tiles * e.reduction_tiles * weight_reads + (layer_.bias ? e.channel_tiles * bias_reads : 0) +
               visits * (e.reduction_tiles + 2);
  return t;
}

std::int64_t MacEstimator::off_chip_bytes(const MacTraffic& t) const {
  return (layer_.input.memory->off_chip ? t.input_bytes : 0) +
         (layer_.weights.memory->off_chip ? t.weight_bytes + t.bias_bytes : 0) +
         (layer_.output.memory->off_chip ? t.output_bytes : 0);
}

Figures MacEstimator::bound(const MacTraffic& t) const {
  Figures f;
  f.off_chip_bytes = off_chip_bytes(t);
  const auto moved = [&](std::int64_t bytes) { return Transfer{bytes, bytes / npu_.burst.value(), 0}; };
  const Transfer input = moved(t.input_bytes), weights = moved(t.weight_bytes + t.bias_bytes),
                 output = moved(t.output_bytes);
  const Lane &read_input = layer_.input.memory->path.read, &read_weights = layer_.weights.memory->path.read,
             &write = layer_.output.memory->path.write;
  f.cycles = std::max(
      {least_cycles_, read_input.least_cycles(input) + read_weights.least_cycles(weights), write.least_cycles(output)});
  f.cost = read_cost(input, *layer_.input.memory) + read_cost(weights, *layer_.weights.memory) +
           write_cost(output, *layer_.output.memory) +
           kBufferCost * static_cast<double>(least_buffer_bytes_ + t.input_bytes + t.weight_bytes + t.bias_bytes +
                                             t.output_bytes) +
           kCycleCost * static_cast<double>(f.cycles) + kCommandCost * static_cast<double>(t.commands);
  return f;
}

bool MacEstimator::runs_all(const ArrayStyle& style) const {
  const ChannelTile all{0, layer_.groups, 0, layer_.outputs_per_group};
  for (const bool accumulate : {false, true}) {
    const Tile tile = tile_of(layer_, layer_.rows.out, layer_.columns.out, all, layer_.inputs_per_group, accumulate);
    if (!style.obstacle(tile).empty()) return false;
  }
  return true;
}

std::string MacEstimator::obstacle(const FittedTiling& f, const ArrayStyle& style) const {
  const ReductionSteps steps(layer_.inputs_per_group, f.tiling.size.reduction);
  for (const ChannelClass& channels : channel_classes(layer_, f.tiling.size.channels)) {
    const ChannelTile tile{0, channels.groups, 0, channels.outputs};
    for (const AxisTiling::Class& rows : f.pixels->rows.classes) {
      for (const AxisTiling::Class& columns : f.pixels->columns.classes) {
        for (const ReductionSteps::Step& step : steps) {
          std::string why =
              style.obstacle(tile_of(layer_, rows.out_size, columns.out_size, tile, step.reduction, step.accumulate));
          if (!why.empty()) return why;
        }
      }
    }
  }
  return "";
}

MacEstimate MacEstimator::estimate(const FittedTiling& f, const MacTraffic& traffic, const ArrayStyle& style) const {
  MacTiles tiles(layer_, npu_);
  tiles.take(f, traffic);
  tiles.run_on(style);
  return tiles.estimate(f.tiling.double_buffered, f.residency.output_slots);
}

}  // namespace subvolt::mapping
