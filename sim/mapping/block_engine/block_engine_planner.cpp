#include "sim/mapping/block_engine/block_engine_planner.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "sim/mapping/block_engine/block_layer.h"
#include "sim/mapping/layer/mac_layer.h"
#include "sim/mapping/place/cost_model.h"
#include "sim/mapping/program/command_list.h"
#include "sim/units/text.h"

namespace subvolt::mapping {
namespace {

using network::Layer;
using network::Network;
using M = BlockEngineMachine;

constexpr std::int64_t kSumBytes = 4;

const MemoryRegion& memory_of(const Placement::Place& place, const std::vector<MemoryRegion>& memories) {
  return memories[static_cast<std::size_t>(place.memory)];
}

std::string text_of(const BlockSize& b) {
  return std::to_string(b.rows) + "x" + std::to_string(b.columns) + "x" + std::to_string(b.channels);
}

// Images whose operands lie in memory as the network says.
struct Image {
  OperandPlace place;
  std::int64_t height = 1, width = 1, channels = 1, pitch = 1;
  std::int64_t step = 0;  // elements from an image to the next
};

class Emitting {
 public:
  Emitting(const Network& network, std::size_t index, const Placement& placement,
           const std::vector<MemoryRegion>& memories, const BlockEngineCapabilities& own, const BlockWork& work,
           const BlockChoice& choice, const WeightPlan& weights)
      : layer_(network.layers[index]), own_(own), work_(work), choice_(choice), weights_(weights) {
    const auto image = [&](network::TensorId t, const BlockSize& size) {
      const Placement::Place& place = placement.activations[static_cast<std::size_t>(t)];
      const Format format = network.tensor(t).format();
      const std::int64_t pitch = place.pitch > 0 ? format.elements_in(place.pitch) : size.channels;
      return Image{{&memory_of(place, memories), place.address, format},
                   size.rows,
                   size.columns,
                   size.channels,
                   pitch,
                   size.rows * size.columns * pitch};
    };
    const bool vectors = work.operation == BlockOperation::kVectorProduct;
    const BlockSize in = vectors ? work.in : BlockSize{layer_.in.height, layer_.in.width, layer_.in.channels};
    for (const network::TensorId t : layer_.inputs) {
      const network::Shape& s = network.tensor(t).shape;
      inputs_.push_back(image(t, work.element_wise() ? BlockSize{s.height(), s.width(), s.channels()} : in));
    }
    output_ = image(layer_.outputs.front(), work.out);
    const network::Window& w = layer_.window;
    if (work.element_wise() || vectors) {
      rows_ = {work.out.rows, work.out.rows, 1, 1, 1, 0, true};
      columns_ = {work.out.columns, work.out.columns, 1, 1, 1, 0, false};
    } else {
      rows_ = {
          layer_.in.height, layer_.out.height, w.kernel_height, w.stride_height, w.dilation_height, w.pad_top, true};
      columns_ = {layer_.in.width,  layer_.out.width, w.kernel_width, w.stride_width,
                  w.dilation_width, w.pad_left,       false};
    }
    if (!work.has_weights()) return;
    constants_ = placement.constants[index].front();
    constant_bytes_ = layer_.constant_bytes().value();
  }

  LayerPlan run() {
    images_ = std::max<std::int64_t>(1, layer_.out.images);
    // Vectors of a batch are pixels of one layer already.
    for (std::int64_t i = 0; i < images_; ++i) image(i);
    plan_.commands = commands_.take();
    plan_.mapping.repetitions = images_;
    return std::move(plan_);
  }
  std::int64_t images() const { return images_; }

 private:
  void image(std::int64_t number) {
    if (weights_.slices.empty()) return slice(number, 0, work_.out.channels);
    for (const WeightSlice& s : weights_.slices) {
      piece_ = load_weights(s.bytes);
      slice(number, s.first, s.channels);
    }
  }

  void slice(std::int64_t number, std::int64_t first, std::int64_t channels) {
    const BlockWork part = some_channels(work_, channels);
    const BlockSize block = micro_blocks(own_.machine, part, choice_).block;
    steps_.clear();
    times_ = block_times(own_.machine, part, choice_);
    for (std::int64_t y = 0; y < work_.out.rows; y += block.rows) {
      const AxisTile rows = rows_.tile(y, std::min(block.rows, work_.out.rows - y));
      for (std::int64_t x = 0; x < work_.out.columns; x += block.columns) {
        const AxisTile columns = columns_.tile(x, std::min(block.columns, work_.out.columns - x));
        for (std::int64_t c = 0; c < channels; c += block.channels) {
          one(number, rows, columns, first + c, std::min(block.channels, channels - c), block);
        }
      }
    }
  }

  void one(std::int64_t number, const AxisTile& rows, const AxisTile& columns, std::int64_t channel, std::int64_t n,
           const BlockSize& block) {
    std::vector<CommandIndex> after;
    if (work_.has_weights() && weights_.slices.empty()) {
      after.push_back(load_weights(stream_bytes(work_, choice_, n, own_.weight_ratio)));
    } else if (work_.has_weights()) {
      after.push_back(piece_);
    }
    for (const Image& input : inputs_) {
      // An operand that stretches over the other is read where it is.
      const bool deep = work_.by_channel() && (input.channels > 1 || !work_.element_wise());
      const std::int64_t from = deep ? channel : 0, depth = deep ? n : input.channels;
      const AxisTile one{0, 1, 0, 1, 1};
      const bool element_wise = work_.element_wise();
      const Block b =
          image_block(at(input, number), input.width, input.pitch, element_wise && input.height == 1 ? one : rows,
                      element_wise && input.width == 1 ? one : columns, from, depth);
      if (b.bytes() == 0) continue;
      plan_.mapping.input_bytes += b.bytes();
      after.push_back(commands_.add(Load{Operand::kInput, Buffer::kInput, b, 0}, {}));
    }
    Compute compute;
    compute.tile = tile(rows, columns, n);
    compute.machine = step(rows.out_size * columns.out_size * n, block);
    const CommandIndex computed = commands_.add(std::move(compute), std::move(after));
    const AxisTile to_rows{rows.out_begin, rows.out_size, rows.out_begin, rows.out_size, 1};
    const AxisTile to_columns{columns.out_begin, columns.out_size, columns.out_begin, columns.out_size, 1};
    const Block to = image_block(at(output_, number), output_.width, output_.pitch, to_rows, to_columns, channel, n);
    plan_.mapping.output_bytes += to.bytes();
    commands_.add(Store{to}, {computed});
  }

  static OperandPlace at(const Image& image, std::int64_t number) {
    OperandPlace place = image.place;
    place.address += static_cast<Address>(place.format.offset(number * image.step));
    return place;
  }

  Tile tile(const AxisTile& rows, const AxisTile& columns, std::int64_t channels) const {
    Tile t;
    const network::Window& w = layer_.window;
    const bool window = !work_.element_wise() && work_.operation != BlockOperation::kVectorProduct;
    t.rows = {rows.out_size, window ? w.kernel_height : 1, window ? w.stride_height : 1,
              window ? w.dilation_height : 1};
    t.columns = {columns.out_size, window ? w.kernel_width : 1, window ? w.stride_width : 1,
                 window ? w.dilation_width : 1};
    t.channels = work_.by_channel() ? 1 : channels;
    t.groups = work_.by_channel() ? channels : 1;
    t.inputs = work_.by_channel() ? 1 : (window ? layer_.in.channels : work_.in.channels);
    t.accumulate = work_.biases;
    t.input = inputs_.front().place.format;
    return t;
  }

  // Blocks at an edge are walked whole, element-wise ones element by element.
  std::shared_ptr<const MachineLayer> step(std::int64_t elements, const BlockSize& block) {
    const std::int64_t key = work_.element_wise() ? elements : 0;
    const auto known = std::find_if(steps_.begin(), steps_.end(), [&](const auto& s) { return s.first == key; });
    if (known != steps_.end()) return known->second;
    auto made = std::make_shared<BlockStep>();
    const M& m = own_.machine;
    made->multiply = times_.multiply;
    made->output = times_.output;
    made->interval = times_.interval;
    made->multiplies = work_.has_weights();
    made->products = times_.multiply * m.macs_per_cycle();
    const BlockSize in{std::min(work_.in.rows, choice_.in.rows), std::min(work_.in.columns, choice_.in.columns),
                       work_.by_channel() ? block.channels : work_.in.channels};
    made->input_bytes = in.elements() * static_cast<std::int64_t>(inputs_.size());
    if (work_.has_weights())
      made->weight_bytes = block.channels * work_.taps() * (work_.by_channel() ? 1 : in.channels);
    // A sum of each output is read and written once per step of the multipliers.
    made->accumulator_bytes = 2 * kSumBytes * ceil_div(made->products, M::kDot * M::kStep);
    if (work_.element_wise()) {
      made->output = ceil_div(times_.output * elements, block.elements());
      made->interval = ceil_div(times_.interval * elements, choice_.out.elements());
      made->accumulator_bytes = 0;
    }
    steps_.emplace_back(key, made);
    return made;
  }

  // The stream's bytes, from the beginning of the constants: where its scales make it longer than they are in the
  // network, twice the half of it.
  CommandIndex load_weights(std::int64_t bytes) {
    Block b;
    b.base = constants_.address;
    b.row_bytes = bytes;
    while (b.row_bytes > constant_bytes_ && b.row_bytes > 1) {
      b.rows *= 2;
      b.row_bytes = ceil_div(bytes, b.rows);
    }
    plan_.mapping.weight_bytes += b.bytes();
    // Those that do not pass the weight buffer go to the decoder, which has a room for a block's in the other one.
    const Buffer to = weights_.slices.empty() ? Buffer::kInput : Buffer::kWeight;
    return commands_.add(Load{Operand::kWeight, to, b, 0}, {});
  }

  const Layer& layer_;
  const BlockEngineCapabilities& own_;
  const BlockWork& work_;
  const BlockChoice& choice_;
  const WeightPlan& weights_;
  std::vector<Image> inputs_;
  Image output_;
  Axis rows_, columns_;
  Placement::Place constants_;
  std::int64_t constant_bytes_ = 0, images_ = 1;
  BlockTimes times_;
  std::vector<std::pair<std::int64_t, std::shared_ptr<const BlockStep>>> steps_;
  CommandList commands_;
  CommandIndex piece_ = kNoCommand;
  LayerPlan plan_;
};

}  // namespace

std::optional<BlockChoice> BlockEnginePlanner::choice(const BlockWork& work) const {
  const auto key = work.key();
  auto known = choices_.find(key);
  if (known == choices_.end()) known = choices_.emplace(key, choose_block(own_.machine, work)).first;
  return known->second;
}

std::string BlockEnginePlanner::obstacle(const Network& network, std::size_t index) const {
  const std::string why = block_engine_obstacle(network, index, own_.instance);
  if (!why.empty()) return why;
  if (choice(block_work(network, index))) return "";
  return own_.instance + ".buffer has " + std::to_string(own_.machine.block_banks(false)) +
         " banks for blocks and the smallest of this layer need more";
}

bool BlockEnginePlanner::takes_pitch(const Network& network, std::size_t index, network::TensorId tensor) const {
  const Layer& layer = network.layers[index];
  return layer.constant(network::Role::kWeights) && !layer.op.is("fully_connected") &&
         has_pixels(network, layer, tensor);
}

WeightSource BlockEnginePlanner::source(const Network& network, std::size_t index, const Placement& placement,
                                        const std::vector<MemoryRegion>& memories) const {
  WeightSource source;
  source.ratio = own_.weight_ratio;
  source.buffer = own_.weight_buffer.value();
  const Layer& layer = network.layers[index];
  if (!layer.constant(network::Role::kWeights)) return source;
  const MemoryRegion& memory = memory_of(placement.constants[index].front(), memories);
  source.buffered = memory.off_chip;
  source.cycles = [&memory, burst = own_.weight_burst](std::int64_t bytes) {
    Transfer t;
    t.bytes = bytes;
    t.bursts = ceil_div(bytes, burst.value());
    const Lane& lane = memory.path.read;
    return lane.cycles(t) + static_cast<std::int64_t>(std::ceil(lane.latency(t)));
  };
  return source;
}

WeightPlan BlockEnginePlanner::weights(const Network& network, std::size_t index, const Placement& placement,
                                       const std::vector<MemoryRegion>& memories) const {
  // From the layer behind the last one that is not this engine's.
  std::vector<std::size_t> chain;
  for (std::size_t l = index + 1; l-- > 0;) {
    if (network::is_view(network.layers[l])) continue;
    if (!obstacle(network, l).empty()) break;
    chain.push_back(l);
  }
  WeightPlan plan;
  for (auto l = chain.rbegin(); l != chain.rend(); ++l) {
    BlockWork work = block_work(network, *l);
    WeightSource from = source(network, *l, placement, memories);
    if (work.operation == BlockOperation::kVectorProduct) from.buffered = false;
    if (work.has_weights() && !from.buffered) {
      const Lane& lane = memory_of(placement.constants[*l].front(), memories).path.read;
      work.scale_latency = static_cast<std::int64_t>(std::ceil(lane.latency({1, 1, 1, 0, 0})));
    }
    plan = plan_weights(own_.machine, work, choice(work).value(), from, plan.slack);
  }
  return plan;
}

std::optional<LayerPlan> BlockEnginePlanner::plan(const Network& network, std::size_t index, const Placement& placement,
                                                  const std::vector<MemoryRegion>& memories, Objective,
                                                  std::string&) const {
  const BlockWork work = block_work(network, index);
  const BlockChoice blocks = choice(work).value();
  const WeightPlan weights = this->weights(network, index, placement, memories);
  Emitting emitting(network, index, placement, memories, own_, work, blocks, weights);
  LayerPlan plan = emitting.run();
  LayerMapping& m = plan.mapping;
  m.tile_rows = blocks.out.rows;
  m.tile_columns = blocks.out.columns;
  m.tile_channels = blocks.out.channels;
  m.tile_reduction = std::min(work.in.channels, blocks.in.channels);
  m.candidates = 1;
  m.array_cycles = Cycles(weights.compute * m.repetitions);
  m.estimated_cycles = Cycles(weights.cycles + weights.compute * (m.repetitions - 1));
  m.how = "blocks of " + text_of(blocks.out);
  if (blocks.part_kernel && work.operation == BlockOperation::kConvolution) m.how += ", part kernel";
  if (weights.slices.size() > 1) m.how += ", " + std::to_string(weights.slices.size()) + " slices of weights";
  const Layer& layer = network.layers[index];
  add_read(m.input_bytes, memory_of(placement.activations[static_cast<std::size_t>(layer.inputs[0])], memories), m);
  if (m.weight_bytes > 0) add_read(m.weight_bytes, memory_of(placement.constants[index].front(), memories), m);
  add_write(m.output_bytes, memory_of(placement.activations[static_cast<std::size_t>(layer.outputs[0])], memories), m);
  m.cost += kCycleCost * static_cast<double>(m.estimated_cycles.value());
  return plan;
}

}  // namespace subvolt::mapping
