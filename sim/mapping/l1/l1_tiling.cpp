#include "sim/mapping/l1/l1_tiling.h"

#include <algorithm>
#include <utility>

#include "sim/mapping/program/command_list.h"

namespace subvolt::mapping {
namespace {

std::vector<AxisTile> tiles_of(const Axis& axis, std::int64_t size) {
  std::vector<AxisTile> all;
  for (std::int64_t o = 0; o < axis.out; o += size) all.push_back(axis.tile(o, std::min(size, axis.out - o)));
  return all;
}

// What a tiling moves and takes of the L1, by classes of equal tiles.
class Weighing {
 public:
  Weighing(const L1Layer& layer, const L1Memory& own, std::int64_t rows, std::int64_t columns, std::int64_t channels)
      : layer_(layer),
        own_(own),
        rows_(layer.mac().rows, rows),
        columns_(layer.mac().columns, columns),
        channels_(channel_classes(layer.mac(), channels)) {
    for (const ChannelClass& c : channels_) channel_tiles_ += c.count;
    pixel_tiles_ = rows_.count * columns_.count;
    for (const ChannelClass& c : channels_) add(c);
  }

  bool weigh(LoopOrder order, bool double_buffered, L1Tiling& t) const {
    const bool weights_outer = order == LoopOrder::kWeightsOuter;
    const std::int64_t slots = double_buffered ? 2 : 1;
    const bool inputs_once = !layer_.own_inputs() && (!weights_outer || pixel_tiles_ == 1);
    const bool weights_once = weights_outer || channel_tiles_ == 1;
    const bool one = pixel_tiles_ * channel_tiles_ == 1;
    t.room = room_input_ * (one || (inputs_once && pixel_tiles_ == 1) ? 1 : slots) +
             room_weights_ * (channel_tiles_ == 1 ? 1 : slots) + room_output_ * (one ? 1 : slots);
    if (t.room > own_.size.value()) return false;
    const MacLayer& mac = layer_.mac();
    Transfer input = input_, weights = weights_;
    std::int64_t input_loads = pixel_tiles_ * channel_tiles_, weight_loads = channel_tiles_;
    if (inputs_once) {
      input = input_once_;
      input_loads = pixel_tiles_;
    }
    if (!weights_once) {
      Transfer again;
      again.add(weights, pixel_tiles_);
      weights = again;
      weight_loads *= pixel_tiles_;
    }
    const std::int64_t reads =
        mac.input.memory->path.read.cycles(input) + mac.weights.memory->path.read.cycles(weights);
    const std::int64_t writes = mac.output.memory->path.write.cycles(output_);
    const std::int64_t jobs = pixel_tiles_ * channel_tiles_;
    const std::int64_t commands = 2 * jobs + input_loads + weight_loads * (mac.bias ? 2 : 1);
    const std::int64_t fill = reads / std::max<std::int64_t>(1, jobs) + writes / std::max<std::int64_t>(1, jobs);
    const std::int64_t issue = commands * own_.issue.value();
    t.figures.cycles =
        double_buffered ? std::max({engine_, reads + writes, issue}) + fill : std::max(engine_ + reads + writes, issue);
    t.figures.cost = read_cost(input, *mac.input.memory) + read_cost(weights, *mac.weights.memory) +
                     write_cost(output_, *mac.output.memory) + kBufferCost * static_cast<double>(l1_bytes_) +
                     kCycleCost * static_cast<double>(t.figures.cycles) + kCommandCost * static_cast<double>(commands);
    t.figures.off_chip_bytes =
        off_chip(input, mac.input) + off_chip(weights, mac.weights) + off_chip(output_, mac.output);
    t.order = order;
    t.double_buffered = double_buffered;
    return true;
  }

 private:
  static std::int64_t off_chip(const Transfer& t, const OperandPlace& place) {
    return place.memory->off_chip ? t.padded_bytes : 0;
  }

  void add(const ChannelClass& c) {
    const MacLayer& mac = layer_.mac();
    const ChannelTile channels{0, c.groups, 0, c.outputs};
    weights_.add(usual_transfer(weight_block(mac, channels, 0, mac.inputs_per_group), own_.burst), c.count);
    if (mac.bias) weights_.add(usual_transfer(bias_block(mac, channels), own_.burst), c.count);
    for (const AxisTiling::Class& r : rows_.classes) {
      for (const AxisTiling::Class& k : columns_.classes) {
        const std::int64_t n = r.count * k.count;
        AxisTile rows{0, r.out_size, 0, r.in_lines, 1}, columns{0, k.out_size, 0, k.in_lines, 1};
        if (mac.rows.sparse && mac.rows.kernel == 1) rows.in_step = mac.rows.stride;
        const L1Work work = layer_.work(layer_.tile(rows, columns, channels));
        engine_ += work.cycles * n * c.count;
        l1_bytes_ += work.streamed * n * c.count;
        room_input_ =
            std::max(room_input_, layer_.input_room(r.out_size, k.out_size, r.in_lines, k.in_lines, channels));
        room_weights_ = std::max(room_weights_, work.weights);
        room_output_ = std::max(room_output_, work.output);
        const Transfer input = layer_.input_transfer(rows, columns, channels, own_.burst);
        input_.add(input, n * c.count);
        if (&c == &channels_.front()) input_once_.add(input, n);
        output_.add(usual_transfer(output_block(mac, rows, columns, channels), own_.burst), n * c.count);
      }
    }
  }

  const L1Layer& layer_;
  const L1Memory& own_;
  AxisTiling rows_, columns_;
  std::vector<ChannelClass> channels_;
  std::int64_t channel_tiles_ = 0, pixel_tiles_ = 0;
  std::int64_t engine_ = 0, l1_bytes_ = 0;
  std::int64_t room_input_ = 0, room_weights_ = 0, room_output_ = 0;  // of the largest tile
  Transfer input_, input_once_, weights_, output_;
};

// Multiples of `grain`, then less than one.
std::vector<std::int64_t> sizes(std::int64_t all, std::int64_t grain) {
  std::vector<std::int64_t> found;
  for (const std::int64_t n : breakpoints(ceil_div(all, grain), false)) found.push_back(std::min(all, n * grain));
  return found;
}

std::int64_t room_of(const L1Layer& layer, const AxisTile& rows, const AxisTile& columns, const ChannelTile& channels) {
  const L1Work work = layer.work(layer.tile(rows, columns, channels));
  return layer.input_room(rows.out_size, columns.out_size, rows.in_lines, columns.in_lines, channels) + work.weights +
         work.output;
}

// What waits for what: a load for the last use of the slot that it overwrites, a job for its loads and for the store
// that frees its slot of the output, a store for its job.
class Lowering {
 public:
  Lowering(const L1Layer& layer, const L1Tiling& tiling)
      : layer_(layer),
        tiling_(tiling),
        rows_(tiles_of(layer.mac().rows, tiling.rows)),
        columns_(tiles_of(layer.mac().columns, tiling.columns)),
        channels_(channel_tiles(layer.mac(), tiling.channels)),
        inputs_(slots()),
        weights_(slots()),
        outputs_(slots()) {}

  std::vector<Command> run(bool compute_only) {
    const std::size_t pixels = rows_.size() * columns_.size();
    const bool weights_outer = tiling_.order == LoopOrder::kWeightsOuter;
    const std::size_t outer = weights_outer ? channels_.size() : pixels,
                      inner = weights_outer ? pixels : channels_.size();
    for (std::size_t o = 0; o < outer; ++o) {
      for (std::size_t i = 0; i < inner; ++i) tile(weights_outer ? i : o, weights_outer ? o : i, compute_only);
    }
    return commands_.take();
  }

 private:
  int slots() const { return tiling_.double_buffered ? 2 : 1; }

  void tile(std::size_t p, std::size_t c, bool compute_only) {
    const AxisTile& rows = rows_[p / columns_.size()];
    const AxisTile& columns = columns_[p % columns_.size()];
    const ChannelTile& channels = channels_[c];
    const Tile work = layer_.tile(rows, columns, channels);
    if (compute_only) {
      commands_.add(Compute{nullptr, work, layer_.machine()}, {});
      return;
    }
    const CommandIndex input = load_input(p, c, rows, columns, channels);
    const CommandIndex weights = load_weights(c, channels);
    outputs_.next();
    const CommandIndex job =
        commands_.add(Compute{nullptr, work, layer_.machine()}, {input, weights, outputs_.free_after()});
    inputs_.used_by(job);
    weights_.used_by(job);
    outputs_.used_by(commands_.add(Store{output_block(layer_.mac(), rows, columns, channels)}, {job}));
  }

  // The last load, which ends behind all others.
  CommandIndex load_input(std::size_t p, std::size_t c, const AxisTile& rows, const AxisTile& columns,
                          const ChannelTile& channels) {
    if (p == pixels_there_ && (c == inputs_of_ || !layer_.own_inputs())) return kNoCommand;
    pixels_there_ = p;
    inputs_of_ = c;
    inputs_.next();
    const CommandIndex after = inputs_.free_after();
    CommandIndex last = kNoCommand;
    for (const Block& block : layer_.inputs(rows, columns, channels)) {
      const CommandIndex load = commands_.load(Operand::kInput, Buffer::kInput, block, after);
      if (load != kNoCommand) last = load;
    }
    return last;
  }
  CommandIndex load_weights(std::size_t c, const ChannelTile& channels) {
    if (c == weights_there_) return kNoCommand;
    weights_there_ = c;
    weights_.next();
    const MacLayer& mac = layer_.mac();
    const CommandIndex after = weights_.free_after();
    const CommandIndex weights =
        commands_.load(Operand::kWeight, Buffer::kWeight, weight_block(mac, channels, 0, mac.inputs_per_group), after);
    if (!mac.bias) return weights;
    return commands_.load(Operand::kBias, Buffer::kWeight, bias_block(mac, channels), after);
  }

  const L1Layer& layer_;
  const L1Tiling& tiling_;
  std::vector<AxisTile> rows_, columns_;
  std::vector<ChannelTile> channels_;
  CommandList commands_;
  Slots inputs_, weights_, outputs_;
  static constexpr std::size_t kNothing = static_cast<std::size_t>(-1);
  std::size_t pixels_there_ = kNothing, inputs_of_ = kNothing, weights_there_ = kNothing;
};

}  // namespace

Tile L1Layer::tile(const AxisTile& rows, const AxisTile& columns, const ChannelTile& channels) const {
  return tile_of(layer_, rows.out_size, columns.out_size, channels, layer_.inputs_per_group, layer_.bias);
}

std::vector<Block> L1Layer::inputs(const AxisTile& rows, const AxisTile& columns, const ChannelTile& channels) const {
  return {input_block(layer_, rows, columns, channels, 0, layer_.inputs_per_group)};
}

Transfer L1Layer::input_transfer(const AxisTile& rows, const AxisTile& columns, const ChannelTile& channels,
                                 Bytes burst) const {
  return usual_transfer(input_block(layer_, rows, columns, channels, 0, layer_.inputs_per_group), burst);
}

std::int64_t L1Layer::input_room(std::int64_t, std::int64_t, std::int64_t in_rows, std::int64_t in_columns,
                                 const ChannelTile& channels) const {
  return layer_.input.format.bytes(in_rows * in_columns * channels.groups * layer_.inputs_per_group);
}

Placement unplaced(const network::Network& network) {
  Placement nowhere;
  nowhere.activations.resize(network.tensors.size());
  for (const network::Layer& layer : network.layers) nowhere.constants.emplace_back(layer.constants.size());
  return nowhere;
}

std::int64_t whole_l1_room(const L1Layer& layer) {
  const MacLayer& mac = layer.mac();
  const std::int64_t at_once = layer.depthwise() ? mac.groups : 1;
  return mac.groups / at_once *
         room_of(layer, mac.rows.tile(0, mac.rows.out), mac.columns.tile(0, mac.columns.out),
                 {0, at_once, 0, mac.outputs_per_group});
}

std::int64_t least_l1_room(const L1Layer& layer) {
  const MacLayer& mac = layer.mac();
  const auto one = [&](const Axis& axis) {
    // In the middle, where no padding takes of the window.
    const std::int64_t size = std::min(layer.side(), axis.out);
    return axis.tile((axis.out - size) / 2, size);
  };
  return room_of(layer, one(mac.rows), one(mac.columns), {0, 1, 0, 1});
}

Found<L1Tiling> search_l1_tilings(const L1Layer& layer, const L1Memory& own, const std::vector<Objective>& objectives,
                                  Reach reach) {
  AllFinalists<L1Tiling, std::int64_t> finalists(objectives, reach);
  std::int64_t candidates = 0;
  const MacLayer& mac = layer.mac();
  const auto consider = [&](std::int64_t channels, std::int64_t rows, std::int64_t columns) {
    bool fits = false;
    const Weighing weighing(layer, own, rows, columns, channels);
    L1Tiling t;
    t.rows = rows;
    t.columns = columns;
    t.channels = channels;
    for (const bool double_buffered : {true, false}) {
      for (const LoopOrder order : {LoopOrder::kWeightsOuter, LoopOrder::kPixelsOuter}) {
        if (!weighing.weigh(order, double_buffered, t)) continue;
        fits = true;
        finalists.offer(t, t.figures, candidates++);
      }
    }
    return fits;
  };
  // Lines in part only where no whole one fits, kernels in part of a block only where no block does.
  const auto pixels = [&](std::int64_t channels) {
    bool any = false;
    for (const std::int64_t columns : sizes(mac.columns.out, layer.side())) {
      for (const std::int64_t rows : sizes(mac.rows.out, layer.side())) any = consider(channels, rows, columns) || any;
      if (any) break;
    }
    return any;
  };
  bool any = false;
  for (const std::int64_t channels : sizes(layer.most_channels(), layer.grain())) any = pixels(channels) || any;
  for (std::int64_t channels = std::min(layer.grain(), layer.most_channels()) / 2; !any && channels > 0; channels /= 2)
    any = pixels(channels);
  Found<L1Tiling> found;
  found.choices = finalists.take(found.of_first);
  for (L1Tiling& t : found.choices) t.candidates = candidates;
  return found;
}

std::vector<Command> lower_l1_layer(const L1Layer& layer, const L1Tiling& tiling, bool compute_only) {
  return Lowering(layer, tiling).run(compute_only);
}

}  // namespace subvolt::mapping
