#include "sim/mapping/tile/mac_tiles.h"

#include <algorithm>
#include <utility>

namespace subvolt::mapping {
namespace {

Transfer contiguous(std::int64_t bytes, Bytes burst) {
  Block b;
  b.row_bytes = bytes;
  return usual_transfer(b, burst);
}

ChannelTile tile_of_class(const ChannelClass& channels) { return {0, channels.groups, 0, channels.outputs}; }

}  // namespace

ReductionSteps::ReductionSteps(std::int64_t total, std::int64_t tile) {
  all_[count_++] = {std::min(tile, total), false, 1};
  const std::int64_t whole = total / tile;
  if (whole > 1) all_[count_++] = {tile, true, whole - 1};
  if (whole >= 1 && total % tile != 0) all_[count_++] = {total % tile, true, 1};
}

VectorWork requantisation(const MacLayer& layer, std::int64_t pixels, std::int64_t channels) {
  return {VectorOperator::kRequantize, pixels * channels, 1, 1, layer.lookup, layer.output.format};
}

void MacTiles::take(const FittedTiling& fitted, const MacTraffic& traffic) {
  classes_.clear();
  timed_ = false;
  steps_ = ReductionSteps(layer_.inputs_per_group, fitted.tiling.size.reduction);
  commands_ = traffic.commands;
  inputs_stay_ = fitted.residency.inputs_stay;
  lines_stay_ = fitted.residency.lines_stay;
  weights_stay_ = weights_stay(fitted.extent.pixel_tiles, fitted.residency);
  biases_stay_ = biases_stay(fitted.tiling, fitted.extent.pixel_tiles, fitted.residency);
  input_ = weights_ = output_ = {};
  vector_cycles_ = vector_bytes_ = 0;
  array_ = {};
  bool first_channels = true;
  for (const ChannelClass& channels : channel_classes(layer_, fitted.tiling.size.channels)) {
    bool first_pixels = true;
    for (const AxisTiling::Class& rows : fitted.pixels->rows.classes) {
      for (const AxisTiling::Class& columns : fitted.pixels->columns.classes) {
        add(rows, columns, channels, first_pixels, first_channels);
        first_pixels = false;
      }
    }
    first_channels = false;
  }
}

// `first_pixels`, `first_channels`: the class of the first pixel tile and of the first channel tile, which load what
// stays.
void MacTiles::add(const AxisTiling::Class& rows, const AxisTiling::Class& columns, const ChannelClass& channels,
                   bool first_pixels, bool first_channels) {
  const std::int64_t pixel_tiles = rows.count * columns.count;
  Class& c = classes_.emplace_back();
  c.channels = channels;
  c.rows = rows.out_size;
  c.columns = columns.out_size;
  c.count = channels.count * pixel_tiles;
  c.first = first_pixels && first_channels;
  c.with_input = first_channels ? pixel_tiles - (c.first ? 1 : 0) : 0;
  c.with_weights = first_pixels ? channels.count - (c.first ? 1 : 0) : 0;
  move(rows, columns, c);
  const TileFlow& flow = c.flow;
  for (std::size_t i = 0; i < flow.step_count; ++i) {
    const TileFlow::Step& s = flow.steps[i];
    input_.add(s.input, c.count * s.count);
    weights_.add(s.weights, c.count * s.count);
    if (first_pixels) weights_.add(s.kept_weights, channels.count * s.count);
  }
  weights_.add(flow.biases, c.count);
  if (first_pixels) weights_.add(flow.kept_biases, channels.count);
  if (first_channels) input_.add(flow.kept_input, pixel_tiles);
  output_.add(flow.store, c.count);
}

// What each tile of the class moves, and what the vector unit does for it.
void MacTiles::move(const AxisTiling::Class& rows, const AxisTiling::Class& columns, Class& c) {
  const AxisTile row_tile{0, rows.out_size, 0, lines_stay_ ? rows.fresh_lines : rows.in_lines,
                          layer_.rows.tile(0, 1).in_step};
  const AxisTile column_tile{0, columns.out_size, 0, columns.in_lines, 1};
  const ChannelTile tile = tile_of_class(c.channels);
  TileFlow& flow = c.flow;
  for (const ReductionSteps::Step& step : steps_) {
    TileFlow::Step& s = flow.steps[flow.step_count++];
    s.count = step.count;
    if (!inputs_stay_) {
      s.input = usual_transfer(input_block(layer_, row_tile, column_tile, tile, 0, step.reduction), npu_.burst);
    }
    (weights_stay_ ? s.kept_weights : s.weights) =
        usual_transfer(weight_block(layer_, tile, 0, step.reduction), npu_.burst);
  }
  if (inputs_stay_) {
    flow.kept_input =
        usual_transfer(input_block(layer_, row_tile, column_tile, {}, 0, layer_.inputs_per_group), npu_.burst);
  }
  if (layer_.bias) {
    (biases_stay_ ? flow.kept_biases : flow.biases) =
        contiguous(layer_.biases.format.bytes(tile.all_outputs()), npu_.burst);
  }
  flow.store = usual_transfer(output_block(layer_, row_tile, column_tile, tile), npu_.burst);
  const VectorActivity v = vector_timing(npu_.vector, requantisation(layer_, c.rows * c.columns, tile.all_outputs()));
  flow.vector = v.cycles.value();
  vector_cycles_ += flow.vector * c.count;
  vector_bytes_ += (v.bytes_read + v.bytes_written) * c.count;
}

void MacTiles::run_on(const ArrayStyle& style) {
  array_ = {};
  for (Class& c : classes_) {
    const ChannelTile tile = tile_of_class(c.channels);
    TileFlow::Step* s = c.flow.steps.data();
    for (const ReductionSteps::Step& step : steps_) {
      const TileActivity a = style.timing(tile_of(layer_, c.rows, c.columns, tile, step.reduction, step.accumulate));
      const std::int64_t times = c.count * step.count;
      const std::int64_t cycles = npu_.rates.cycles(a).value();
      array_.cycles += cycles * times;
      array_.register_bytes += a.register_writes * times;
      array_.buffer_bytes +=
          (a.input_bytes_read + a.weight_bytes_read + a.psum_bytes_read + a.psum_bytes_written) * times;
      (s++)->compute = cycles;
    }
  }
}

Figures MacTiles::at_least() const {
  return figures(std::max(array_.cycles, vector_cycles_));  // no way through the pipeline is shorter
}

MacEstimate MacTiles::estimate(bool double_buffered, int output_slots) {
  if (!timed_) time_moves();
  return {figures(cycles(double_buffered, output_slots)), array_.cycles};
}

Figures MacTiles::figures(std::int64_t cycles) const {
  const std::int64_t buffer_bytes = array_.buffer_bytes + vector_bytes_ + input_.bytes + weights_.bytes + output_.bytes;
  Figures f;
  for (const auto& [moved, place] :
       {std::pair{&input_, &layer_.input}, {&weights_, &layer_.weights}, {&output_, &layer_.output}}) {
    if (place->memory->off_chip) f.off_chip_bytes += moved->padded_bytes;
  }
  f.cycles = cycles;
  f.cost = read_cost(input_, *layer_.input.memory) + read_cost(weights_, *layer_.weights.memory) +
           write_cost(output_, *layer_.output.memory) + kBufferCost * static_cast<double>(buffer_bytes) +
           kRegisterCost * static_cast<double>(array_.register_bytes) + kCycleCost * static_cast<double>(cycles) +
           kCommandCost * static_cast<double>(commands_);
  return f;
}

void MacTiles::time_moves() {
  const PipelineLanes lanes{&layer_.input.memory->path.read, &layer_.weights.memory->path.read,
                            &layer_.output.memory->path.write};
  for (Class& c : classes_) {
    if (c.first) c.moves_of_first = moves_of(lanes, c.flow, true, true);
    if (c.with_input > 0) c.moves_with_input = moves_of(lanes, c.flow, true, false);
    if (c.with_weights > 0) c.moves_with_weights = moves_of(lanes, c.flow, false, true);
    if (c.others() > 0) c.moves = moves_of(lanes, c.flow, false, false);
  }
  timed_ = true;
}

std::int64_t MacTiles::cycles(bool double_buffered, int output_slots) const {
  PipelineEstimate p(double_buffered, output_slots);
  for (const Class& c : classes_) {
    if (c.first) p.add_first(c.flow, c.moves_of_first);
    p.add(c.flow, c.moves_with_input, c.with_input);
    p.add(c.flow, c.moves_with_weights, c.with_weights);
    p.add(c.flow, c.moves, c.others());
  }
  return p.cycles();
}

}  // namespace subvolt::mapping
