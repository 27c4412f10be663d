#include "sim/mapping/subtile/subtile_tiling.h"

#include <algorithm>
#include <utility>

#include "sim/mapping/program/command_list.h"
#include "sim/mapping/subtile/subtile_job.h"

namespace subvolt::mapping {
namespace {

using M = SubtileMachine;

std::vector<AxisTile> tiles_of(const Axis& axis, std::int64_t size) {
  std::vector<AxisTile> all;
  for (std::int64_t o = 0; o < axis.out; o += size) all.push_back(axis.tile(o, std::min(size, axis.out - o)));
  return all;
}

// What a tiling moves and takes of the L1, by classes of equal tiles.
class Weighing {
 public:
  Weighing(const SubtileLayer& layer, const SubtileCapabilities& own, std::int64_t rows, std::int64_t columns,
           std::int64_t channels)
      : layer_(layer),
        own_(own),
        rows_(layer.mac().rows, rows),
        columns_(layer.mac().columns, columns),
        channels_(channel_classes(layer.mac(), channels)) {
    for (const ChannelClass& c : channels_) channel_tiles_ += c.count;
    pixel_tiles_ = rows_.count * columns_.count;
    for (const ChannelClass& c : channels_) add(c);
  }

  bool weigh(LoopOrder order, bool double_buffered, SubtileTiling& t) const {
    const bool weights_outer = order == LoopOrder::kWeightsOuter;
    const std::int64_t slots = double_buffered ? 2 : 1;
    const bool inputs_once = !layer_.own_inputs() && (!weights_outer || pixel_tiles_ == 1);
    const bool weights_once = weights_outer || channel_tiles_ == 1;
    const bool one = pixel_tiles_ * channel_tiles_ == 1;
    t.room = room_input_ * (one || (inputs_once && pixel_tiles_ == 1) ? 1 : slots) +
             room_weights_ * (channel_tiles_ == 1 ? 1 : slots) + room_output_ * (one ? 1 : slots);
    if (t.room > own_.l1.value()) return false;
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
        const SubtileJob job = subtile_job(layer_.tile(rows, columns, channels));
        const SubtileActivity a = subtile_activity(own_.machine, job);
        const SubtileOperands o = subtile_operands(own_.machine, job);
        engine_ += a.cycles() * n * c.count;
        l1_bytes_ += (a.input_bytes + a.weight_bytes + a.scale_bytes + a.output_bytes) * n * c.count;
        room_input_ =
            std::max(room_input_, layer_.input_room(r.out_size, k.out_size, r.in_lines, k.in_lines, channels));
        room_weights_ = std::max(room_weights_, o.weights + o.biases);
        room_output_ = std::max(room_output_, o.output);
        Transfer input;
        if (layer_.gathered()) {
          input.bytes = r.out_size * k.out_size * mac.taps * mac.inputs_per_group;
          input.bursts = r.out_size * k.out_size * mac.rows.kernel;
          input.padded_bytes = std::max(input.bytes, input.bursts * kShortestRun);
        } else {
          input = usual_transfer(input_block(mac, rows, columns, channels, 0, mac.inputs_per_group), own_.burst);
        }
        input_.add(input, n * c.count);
        if (&c == &channels_.front()) input_once_.add(input, n);
        output_.add(usual_transfer(output_block(mac, rows, columns, channels), own_.burst), n * c.count);
      }
    }
  }

  const SubtileLayer& layer_;
  const SubtileCapabilities& own_;
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

std::int64_t room_of(const SubtileLayer& layer, const M& m, const AxisTile& rows, const AxisTile& columns,
                     const ChannelTile& channels) {
  const SubtileOperands o = subtile_operands(m, subtile_job(layer.tile(rows, columns, channels)));
  return layer.input_room(rows.out_size, columns.out_size, rows.in_lines, columns.in_lines, channels) + o.weights +
         o.biases + o.output;
}

// What waits for what: a load for the last use of the slot that it overwrites, a job for its loads and for the store
// that frees its slot of the output, a store for its job.
class Lowering {
 public:
  Lowering(const SubtileLayer& layer, const SubtileTiling& tiling)
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
      commands_.add(Compute{nullptr, work}, {});
      return;
    }
    const CommandIndex input = load_input(p, c, rows, columns, channels);
    const CommandIndex weights = load_weights(c, channels);
    outputs_.next();
    const CommandIndex job = commands_.add(Compute{nullptr, work}, {input, weights, outputs_.free_after()});
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

  const SubtileLayer& layer_;
  const SubtileTiling& tiling_;
  std::vector<AxisTile> rows_, columns_;
  std::vector<ChannelTile> channels_;
  CommandList commands_;
  Slots inputs_, weights_, outputs_;
  static constexpr std::size_t kNothing = static_cast<std::size_t>(-1);
  std::size_t pixels_there_ = kNothing, inputs_of_ = kNothing, weights_there_ = kNothing;
};

}  // namespace

SubtileLayer::SubtileLayer(const M& machine, MacLayer layer, SubtileInput input)
    : machine_(machine), layer_(std::move(layer)), input_(input), side_(M::kSide) {
  const bool window = input == SubtileInput::kImage && (layer_.taps > 1 || depthwise());
  if (window && layer_.rows.stride == 2) side_ = (M::kSide + 1) / 2;
}

bool SubtileLayer::depthwise() const {
  return layer_.groups > 1 && layer_.inputs_per_group == 1 && layer_.outputs_per_group == 1;
}
std::int64_t SubtileLayer::grain() const { return depthwise() ? machine_.inputs : machine_.kernels; }
std::int64_t SubtileLayer::most_channels() const { return depthwise() ? layer_.groups : layer_.outputs_per_group; }

Tile SubtileLayer::tile(const AxisTile& rows, const AxisTile& columns, const ChannelTile& channels) const {
  Tile tile = tile_of(layer_, rows.out_size, columns.out_size, channels, layer_.inputs_per_group, layer_.bias);
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
  std::vector<Block> blocks;
  if (gathered()) {
    gather(rows, columns, blocks);
  } else {
    blocks.push_back(input_block(layer_, rows, columns, channels, 0, layer_.inputs_per_group));
  }
  return blocks;
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
  const std::int64_t pixels = gathered() ? rows * columns * layer_.taps : in_rows * in_columns;
  return pixels * channels.groups * layer_.inputs_per_group;
}

std::int64_t whole_room(const SubtileLayer& layer, const M& machine) {
  const MacLayer& mac = layer.mac();
  const std::int64_t at_once = layer.depthwise() ? mac.groups : 1;
  return mac.groups / at_once *
         room_of(layer, machine, mac.rows.tile(0, mac.rows.out), mac.columns.tile(0, mac.columns.out),
                 {0, at_once, 0, mac.outputs_per_group});
}

std::int64_t least_room(const SubtileLayer& layer, const M& machine) {
  const MacLayer& mac = layer.mac();
  const auto one = [&](const Axis& axis) {
    // In the middle, where no padding takes of the window.
    const std::int64_t size = std::min(layer.side(), axis.out);
    return axis.tile((axis.out - size) / 2, size);
  };
  return room_of(layer, machine, one(mac.rows), one(mac.columns), {0, 1, 0, 1});
}

std::optional<SubtileTiling> best_subtile_tiling(const SubtileLayer& layer, const SubtileCapabilities& own,
                                                 Objective objective, std::int64_t& least) {
  std::optional<SubtileTiling> best;
  std::int64_t candidates = 0;
  const MacLayer& mac = layer.mac();
  const auto consider = [&](std::int64_t channels, std::int64_t rows, std::int64_t columns) {
    bool fits = false;
    const Weighing weighing(layer, own, rows, columns, channels);
    SubtileTiling t;
    t.rows = rows;
    t.columns = columns;
    t.channels = channels;
    for (const bool double_buffered : {true, false}) {
      for (const LoopOrder order : {LoopOrder::kWeightsOuter, LoopOrder::kPixelsOuter}) {
        if (!weighing.weigh(order, double_buffered, t)) continue;
        fits = true;
        ++candidates;
        if (!best || score(objective, t.figures) < score(objective, best->figures)) best = t;
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
  least = least_room(layer, own.machine);
  if (best) best->candidates = candidates;
  return best;
}

std::vector<Command> lower_subtile_layer(const SubtileLayer& layer, const SubtileTiling& tiling, bool compute_only) {
  return Lowering(layer, tiling).run(compute_only);
}

}  // namespace subvolt::mapping
