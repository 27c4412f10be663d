#include "sim/mapping/layer/mac_lowering.h"

#include <algorithm>

#include "sim/mapping/program/command_list.h"

namespace subvolt::mapping {
namespace {

// What waits for what:
//   load      the last use of the slot that it overwrites
//   compute   its own loads; for the first reduction step also the store that frees its output slot. Engines
//             keep program order, so data that an earlier compute waited for needs no second token.
//   vector    the tile's last compute, and the biases
//   store     the vector
class Lowering {
 public:
  Lowering(const MacLayer& layer, const Tiling& tiling, const Residency& residency, const ArrayStyle& style)
      : layer_(layer),
        tiling_(tiling),
        residency_(residency),
        style_(style),
        channels_(channel_tiles(layer, tiling.size.channels)),
        inputs_(residency.input_slots),
        weights_(residency.weight_slots *
                 (residency.weights == WeightsStay::kChannelTile ? steps_of(layer, tiling) : 1)),
        biases_(residency.bias_slots),
        outputs_(residency.output_slots) {
    for (std::int64_t r = 0; r < layer.rows.out; r += tiling.size.rows) {
      rows_.push_back(layer.rows.tile(r, std::min(tiling.size.rows, layer.rows.out - r)));
    }
    for (std::int64_t c = 0; c < layer.columns.out; c += tiling.size.columns) {
      columns_.push_back(layer.columns.tile(c, std::min(tiling.size.columns, layer.columns.out - c)));
    }
  }

  // Of the reduction.
  static int steps_of(const MacLayer& layer, const Tiling& tiling) {
    return static_cast<int>(ceil_div(layer.inputs_per_group, tiling.size.reduction));
  }

  std::vector<Command> run() {
    const std::size_t pixel_tiles = rows_.size() * columns_.size();
    if (tiling_.order == LoopOrder::kWeightsOuter) {
      for (std::size_t c = 0; c < channels_.size(); ++c) {
        for (std::size_t p = 0; p < pixel_tiles; ++p) tile(p, c);
      }
    } else {
      for (std::size_t p = 0; p < pixel_tiles; ++p) {
        for (std::size_t c = 0; c < channels_.size(); ++c) tile(p, c);
      }
    }
    return commands_.take();
  }

 private:
  void tile(std::size_t p, std::size_t c) {
    const AxisTile& rows = rows_[p / columns_.size()];
    const AxisTile to_load = residency_.lines_stay && p > 0 ? fresh(rows, rows_[p - 1]) : rows;
    const AxisTile& columns = columns_[p % columns_.size()];
    const ChannelTile& channels = channels_[c];
    outputs_.next();
    CommandIndex compute = kNoCommand;
    for (std::int64_t k = 0; k < layer_.inputs_per_group; k += tiling_.size.reduction) {
      const std::int64_t reduction = std::min(tiling_.size.reduction, layer_.inputs_per_group - k);
      const CommandIndex input = load_input(rows, to_load, columns, channels, k, reduction, c == 0);
      const CommandIndex weights = load_weights(channels, k, reduction, p == 0);
      if (k == 0) load_biases(channels, p == 0);
      const Tile tile = tile_of(layer_, rows.out_size, columns.out_size, channels, reduction, k > 0);
      compute = commands_.add(Compute{&style_, tile}, {input, weights, k == 0 ? outputs_.free_after() : kNoCommand});
      inputs_.used_by(compute);
      weights_.used_by(compute);
    }
    const std::int64_t results = rows.out_size * columns.out_size * channels.all_outputs();
    const CommandIndex vector =
        commands_.add(Vector{{VectorOperator::kRequantize, results, 1, 1, layer_.lookup, layer_.output.format}},
                      {compute, bias_load_});
    biases_.used_by(vector);
    bias_load_ = kNoCommand;
    outputs_.used_by(commands_.add(Store{output_block(layer_, rows, columns, channels)}, {vector}));
  }

  // `rows` are needed, `to_load` of them are not there yet.
  CommandIndex load_input(const AxisTile& rows, const AxisTile& to_load, const AxisTile& columns,
                          const ChannelTile& channels, std::int64_t first, std::int64_t reduction,
                          bool first_channels) {
    if (residency_.inputs_stay && (!first_channels || first > 0)) return kNoCommand;
    inputs_.next();
    const auto block = [&](const AxisTile& lines) {
      return residency_.inputs_stay ? input_block(layer_, lines, columns, {}, 0, layer_.inputs_per_group)
                                    : input_block(layer_, lines, columns, channels, first, reduction);
    };
    const Block needed = block(to_load);
    return commands_.load(Operand::kInput, Buffer::kInput, needed, inputs_.free_after(),
                          block(rows).bytes() - needed.bytes());
  }

  // Weights that stay for a channel tile or the layer are loaded step by step when the first pixel tile needs
  // them, so that the array need not wait for all of them, and overwritten step by step behind the last one.
  CommandIndex load_weights(const ChannelTile& channels, std::int64_t first, std::int64_t reduction,
                            bool first_pixels) {
    CommandIndex free_after = kNoCommand;
    if (residency_.weights == WeightsStay::kTile) {
      weights_.next();
      free_after = weights_.free_after();
    } else if (residency_.weights == WeightsStay::kChannelTile) {
      // A slot for each step of the channel tile, which all its pixel tiles go through.
      if (first_pixels) {
        weights_.next();
        free_after = weights_.free_after();
      } else {
        if (first == 0) weights_.back(steps_of(layer_, tiling_));
        weights_.next();
      }
    }
    if (!first_pixels && residency_.weights != WeightsStay::kTile) return kNoCommand;
    return commands_.load(Operand::kWeight, Buffer::kWeight, weight_block(layer_, channels, first, reduction),
                          free_after);
  }

  void load_biases(const ChannelTile& channels, bool first_pixels) {
    if (!layer_.bias ||
        (biases_stay(tiling_, static_cast<std::int64_t>(rows_.size() * columns_.size()), residency_) && !first_pixels))
      return;
    biases_.next();
    const bool overwrites = residency_.weights != WeightsStay::kLayer;
    bias_load_ = commands_.load(Operand::kBias, Buffer::kWeight, bias_block(layer_, channels),
                                overwrites ? biases_.free_after() : kNoCommand);
  }

  const MacLayer& layer_;
  const Tiling& tiling_;
  const Residency& residency_;
  const ArrayStyle& style_;
  std::vector<ChannelTile> channels_;
  std::vector<AxisTile> rows_, columns_;
  CommandList commands_;
  Slots inputs_, weights_, biases_, outputs_;
  CommandIndex bias_load_ = kNoCommand;  // that no vector command has waited for yet
};

}  // namespace

std::vector<Command> lower_mac_layer(const MacLayer& layer, const Tiling& tiling, const Residency& residency,
                                     const ArrayStyle& style) {
  std::vector<Command> commands;
  for (const MacLayer::Repetition& repetition : layer.repetitions) {
    MacLayer one = layer;
    one.input.address += static_cast<Address>(one.input.format.offset(repetition.input));
    one.weights.address += static_cast<Address>(one.weights.format.offset(repetition.weights));
    one.output.address += static_cast<Address>(one.output.format.offset(repetition.output));
    append(commands, Lowering(one, tiling, residency, style).run());
  }
  return commands;
}

}  // namespace subvolt::mapping
