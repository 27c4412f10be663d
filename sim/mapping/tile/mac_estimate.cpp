#include "sim/mapping/tile/mac_estimate.h"

#include <algorithm>

#include "sim/mapping/program/pipeline.h"

namespace subvolt::mapping {
namespace {

// One kind of reduction step of a tile: the first starts from zero, the others add to partial sums.
struct ReductionStep {
  std::int64_t reduction = 1;
  bool accumulate = false;
  std::int64_t count = 1;
};

std::vector<ReductionStep> reduction_steps(std::int64_t total, std::int64_t tile) {
  std::vector<ReductionStep> steps;
  steps.reserve(3);
  steps.push_back({std::min(tile, total), false, 1});
  const std::int64_t whole = total / tile;
  if (whole > 1) steps.push_back({tile, true, whole - 1});
  if (whole >= 1 && total % tile != 0) steps.push_back({total % tile, true, 1});
  return steps;
}

Transfer contiguous(std::int64_t bytes, Bytes burst) {
  Block b;
  b.row_bytes = bytes;
  return transfer(b, burst);
}

PipelineEstimate pipeline(const MacLayer& layer, bool double_buffered, const PipelineEstimate::Bandwidth& bandwidth) {
  return {bandwidth, layer.input.memory == layer.output.memory, layer.weights.memory == layer.output.memory,
          double_buffered};
}

// Adds up a layer, class of equal tiles by class of equal tiles.
class MacSum {
 public:
  MacSum(const MacLayer& layer, const NpuCapabilities& npu, const FittedTiling& fitted, const ArrayStyle& style)
      : layer_(layer),
        npu_(npu),
        style_(style),
        steps_(reduction_steps(layer.inputs_per_group, fitted.tiling.size.reduction)),
        inputs_stay_(fitted.residency.inputs_stay),
        weights_stay_(fitted.residency.weights != WeightsStay::kTile),
        biases_stay_(biases_stay(fitted.tiling, fitted.residency)),
        real_(pipeline(layer, fitted.tiling.double_buffered,
                       {layer.input.memory->bytes_per_cycle, layer.weights.memory->bytes_per_cycle,
                        layer.output.memory->bytes_per_cycle})),
        nominal_(pipeline(layer, fitted.tiling.double_buffered,
                          {kNominalBytesPerCycle, kNominalBytesPerCycle, kNominalBytesPerCycle})) {}

  // All tiles of one class of rows, columns and channels. `first_pixels`, `first_channels`: the class of the
  // first pixel tile and of the first channel tile, which load what stays.
  void add(const AxisTiling::Class& rows, const AxisTiling::Class& columns, const ChannelClass& channels,
           bool first_pixels, bool first_channels) {
    const std::int64_t pixel_tiles = rows.count * columns.count;
    const std::int64_t count = channels.count * pixel_tiles;
    const TileFlow flow = flow_of(rows, columns, channels, count);
    for (const TileFlow::Step& s : flow.steps) {
      input_.add(s.input, count * s.count);
      weights_.add(s.weights, count * s.count);
      if (first_pixels) weights_.add(s.kept_weights, channels.count * s.count);
    }
    weights_.add(flow.biases, count);
    if (first_pixels) weights_.add(flow.kept_biases, channels.count);
    if (first_channels) input_.add(flow.kept_input, pixel_tiles);
    output_.add(flow.store, count);

    const bool first = first_pixels && first_channels;
    const std::int64_t with_input = first_channels ? pixel_tiles - (first ? 1 : 0) : 0;
    const std::int64_t with_weights = first_pixels ? channels.count - (first ? 1 : 0) : 0;
    for (PipelineEstimate* p : {&real_, &nominal_}) {
      if (first) p->add_first(flow);
      p->add(flow, true, false, with_input);
      p->add(flow, false, true, with_weights);
      p->add(flow, false, false, count - with_input - with_weights - (first ? 1 : 0));
    }
  }

  MacEstimate total(const MacTraffic& traffic) const {
    const std::int64_t buffer_bytes = buffer_bytes_ + input_.bytes + weights_.bytes + output_.bytes;
    MacEstimate e;
    e.array_cycles = array_cycles_;
    for (const auto& [moved, place] :
         {std::pair{&input_, &layer_.input}, {&weights_, &layer_.weights}, {&output_, &layer_.output}}) {
      if (place->memory->off_chip) e.figures.off_chip_bytes += moved->padded_bytes;
    }
    e.figures.cycles = real_.cycles();
    e.figures.cost = read_cost(input_, *layer_.input.memory) + read_cost(weights_, *layer_.weights.memory) +
                     write_cost(output_, *layer_.output.memory) + kBufferCost * static_cast<double>(buffer_bytes) +
                     kRegisterCost * static_cast<double>(register_bytes_) +
                     kCycleCost * static_cast<double>(nominal_.cycles()) +
                     kCommandCost * static_cast<double>(traffic.commands);
    return e;
  }

 private:
  // Also counts what the array and the vector unit do for all `count` tiles.
  TileFlow flow_of(const AxisTiling::Class& rows, const AxisTiling::Class& columns, const ChannelClass& channels,
                   std::int64_t count) {
    const std::int64_t pixels = rows.out_size * columns.out_size;
    const AxisTile row_tile{0, rows.out_size, 0, rows.in_lines, layer_.rows.tile(0, 1).in_step};
    const AxisTile column_tile{0, columns.out_size, 0, columns.in_lines, 1};
    const ChannelTile tile{0, channels.groups, 0, channels.outputs};
    TileFlow flow;
    flow.steps.reserve(steps_.size());
    for (const ReductionStep& step : steps_) {
      const TileActivity a =
          style_.timing(tile_of(layer_, rows.out_size, columns.out_size, tile, step.reduction, step.accumulate));
      const std::int64_t times = count * step.count;
      array_cycles_ += a.cycles.value() * times;
      register_bytes_ += a.register_writes * times;
      buffer_bytes_ += (a.input_bytes_read + a.weight_bytes_read + a.psum_bytes_read + a.psum_bytes_written) * times;
      TileFlow::Step s;
      s.compute = a.cycles.value();
      s.count = step.count;
      if (!inputs_stay_) {
        s.input = transfer(input_block(layer_, row_tile, column_tile, tile, 0, step.reduction), npu_.burst);
      }
      (weights_stay_ ? s.kept_weights : s.weights) =
          transfer(weight_block(layer_, tile, 0, step.reduction), npu_.burst);
      flow.steps.push_back(s);
    }
    if (inputs_stay_) {
      flow.kept_input =
          transfer(input_block(layer_, row_tile, column_tile, {}, 0, layer_.inputs_per_group), npu_.burst);
    }
    if (layer_.bias) {
      (biases_stay_ ? flow.kept_biases : flow.biases) =
          contiguous(layer_.biases.format.bytes(tile.all_outputs()), npu_.burst);
    }
    flow.store = transfer(output_block(layer_, row_tile, column_tile, tile), npu_.burst);
    const VectorActivity v =
        vector_timing(npu_.vector, {VectorOperator::kRequantize, pixels * tile.all_outputs(), 1, 1, layer_.lookup});
    flow.vector = v.cycles.value();
    buffer_bytes_ += (v.bytes_read + v.bytes_written) * count;
    return flow;
  }

  const MacLayer& layer_;
  const NpuCapabilities& npu_;
  const ArrayStyle& style_;
  std::vector<ReductionStep> steps_;
  bool inputs_stay_, weights_stay_, biases_stay_;
  PipelineEstimate real_, nominal_;
  Transfer input_, weights_, output_;
  std::int64_t array_cycles_ = 0, register_bytes_ = 0, buffer_bytes_ = 0;
};

}  // namespace

MacTraffic MacEstimator::traffic(const FittedTiling& f) const {
  const TileExtent& e = f.extent;
  const Residency& r = f.residency;
  const std::int64_t visits = e.pixel_tiles * e.channel_tiles;
  const std::int64_t lines = f.pixels->rows.in_lines * f.pixels->columns.in_lines;
  MacTraffic t;
  // Channel tiles of whole groups share no input; those within a group all need the group's.
  const std::int64_t input_reads = r.inputs_stay                                        ? 1
                                   : f.tiling.size.channels >= layer_.outputs_per_group ? layer_.groups
                                                                                        : e.channel_tiles;
  t.input_bytes = layer_.input.format.bytes(lines * layer_.inputs_per_group) * input_reads;
  const std::int64_t weight_reads = r.weights == WeightsStay::kTile ? e.pixel_tiles : 1;
  const std::int64_t bias_reads = biases_stay(f.tiling, r) ? 1 : e.pixel_tiles;
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
  const std::int64_t compute = layer_.macs / npu_.most_macs_per_cycle();
  const Transfer input{t.input_bytes, 0, 0}, weights{t.weight_bytes + t.bias_bytes, 0, 0}, output{t.output_bytes, 0, 0};
  // Truncated, so that rounding up each tile can only give more.
  const auto cycles = [](const Transfer& x, const OperandPlace& place) {
    return static_cast<std::int64_t>(static_cast<double>(x.bytes) / place.memory->bytes_per_cycle);
  };
  f.cycles =
      std::max({compute, cycles(input, layer_.input) + cycles(weights, layer_.weights), cycles(output, layer_.output)});
  f.cost = read_cost(input, *layer_.input.memory) + read_cost(weights, *layer_.weights.memory) +
           write_cost(output, *layer_.output.memory) +
           kBufferCost * static_cast<double>(t.input_bytes + t.weight_bytes + t.bias_bytes + t.output_bytes) +
           kCycleCost * static_cast<double>(compute) + kCommandCost * static_cast<double>(t.commands);
  return f;
}

std::string MacEstimator::obstacle(const FittedTiling& f, const ArrayStyle& style) const {
  const std::vector<ReductionStep> steps = reduction_steps(layer_.inputs_per_group, f.tiling.size.reduction);
  for (const ChannelClass& channels : channel_classes(layer_, f.tiling.size.channels)) {
    const ChannelTile tile{0, channels.groups, 0, channels.outputs};
    for (const AxisTiling::Class& rows : f.pixels->rows.classes) {
      for (const AxisTiling::Class& columns : f.pixels->columns.classes) {
        for (const ReductionStep& step : steps) {
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
  MacSum sum(layer_, npu_, f, style);
  bool first_channels = true;
  for (const ChannelClass& channels : channel_classes(layer_, f.tiling.size.channels)) {
    bool first_pixels = true;
    for (const AxisTiling::Class& rows : f.pixels->rows.classes) {
      for (const AxisTiling::Class& columns : f.pixels->columns.classes) {
        sum.add(rows, columns, channels, first_pixels, first_channels);
        first_pixels = false;
      }
    }
    first_channels = false;
  }
  return sum.total(traffic);
}

}  // namespace subvolt::mapping
