#include "sim/mapping/block_engine/block_lowering.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "sim/mapping/block_engine/block_image.h"
#include "sim/mapping/program/command_list.h"

namespace subvolt::mapping {
namespace {

using network::Layer;
using network::Network;
using M = BlockEngineMachine;

constexpr std::int64_t kSumBytes = 4;

const MemoryRegion& memory_of(const Placement::Place& place, const std::vector<MemoryRegion>& memories) {
  return memories[static_cast<std::size_t>(place.memory)];
}

// Whether layers of the engine write the tensor, and all that read it are such.
bool between_own(const Network& network, network::TensorId tensor, const std::function<bool(std::size_t)>& own) {
  bool written = false;
  const auto has = [&](const std::vector<network::TensorId>& all) {
    return std::find(all.begin(), all.end(), tensor) != all.end();
  };
  if (has(network.outputs)) return false;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const Layer& layer = network.layers[l];
    const bool writes = has(layer.outputs);
    if (!writes && !has(layer.inputs)) continue;
    // A product of vectors takes them as they are.
    if (layer.op.is("fully_connected") || !own(l)) return false;
    written = written || writes;
  }
  return written;
}

class BlockLowering {
 public:
  BlockLowering(const Network& network, std::size_t index, const Placement& placement,
                const std::vector<MemoryRegion>& memories, const BlockEngineCapabilities& engine, const BlockWork& work,
                const BlockChoice& choice, const WeightPlan& weights, const std::function<bool(std::size_t)>& own)
      : layer_(network.layers[index]), engine_(engine), work_(work), choice_(choice), weights_(weights) {
    const bool vectors = work.operation == BlockOperation::kVectorProduct;
    const auto image = [&](network::TensorId t, const BlockSize& size) {
      const Placement::Place& place = placement.activations[static_cast<std::size_t>(t)];
      const Format format = network.tensor(t).format();
      const std::int64_t pitch = place.pitch > 0 ? format.elements_in(place.pitch) : size.channels;
      const bool bricks = place.pitch == 0 && !vectors && between_own(network, t, own);
      return BlockImage{
          {&memory_of(place, memories), place.address, format}, size.rows, size.columns, size.channels, pitch, bricks};
    };
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
    const BlockSize block = micro_blocks(engine_.machine, part, choice_).block;
    steps_.clear();
    times_ = block_times(engine_.machine, part, choice_);
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
      after.push_back(load_weights(stream_bytes(work_, choice_, n, engine_.weight_ratio)));
    } else if (work_.has_weights()) {
      after.push_back(piece_);
    }
    for (const BlockImage& input : inputs_) {
      // An operand that stretches over the other is read where it is.
      const bool deep = work_.by_channel() && (input.channels > 1 || !work_.element_wise());
      const std::int64_t from = deep ? channel : 0, depth = deep ? n : input.channels;
      const AxisTile one{0, 1, 0, 1, 1};
      const bool element_wise = work_.element_wise();
      blocks_.clear();
      add_blocks(input, number, element_wise && input.height == 1 ? one : rows,
                 element_wise && input.width == 1 ? one : columns, from, depth, blocks_);
      for (const Block& b : blocks_) {
        plan_.mapping.input_bytes += b.bytes();
        after.push_back(commands_.add(Load{Operand::kInput, Buffer::kInput, b, 0}, {}));
      }
    }
    Compute compute;
    compute.tile = tile(rows, columns, n);
    compute.machine = step(rows.out_size * columns.out_size * n, block);
    const CommandIndex computed = commands_.add(std::move(compute), std::move(after));
    const AxisTile to_rows{rows.out_begin, rows.out_size, rows.out_begin, rows.out_size, 1};
    const AxisTile to_columns{columns.out_begin, columns.out_size, columns.out_begin, columns.out_size, 1};
    blocks_.clear();
    add_blocks(output_, number, to_rows, to_columns, channel, n, blocks_);
    for (const Block& to : blocks_) {
      plan_.mapping.output_bytes += to.bytes();
      commands_.add(Store{to}, {computed});
    }
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
    const M& m = engine_.machine;
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
  const BlockEngineCapabilities& engine_;
  const BlockWork& work_;
  const BlockChoice& choice_;
  const WeightPlan& weights_;
  std::vector<BlockImage> inputs_;
  BlockImage output_;
  Axis rows_, columns_;
  Placement::Place constants_;
  std::int64_t constant_bytes_ = 0, images_ = 1;
  BlockTimes times_;
  std::vector<std::pair<std::int64_t, std::shared_ptr<const BlockStep>>> steps_;
  std::vector<Block> blocks_;
  CommandList commands_;
  CommandIndex piece_ = kNoCommand;
  LayerPlan plan_;
};

}  // namespace

LayerPlan block_program(const Network& network, std::size_t layer, const Placement& placement,
                        const std::vector<MemoryRegion>& memories, const BlockEngineCapabilities& engine,
                        const BlockWork& work, const BlockChoice& choice, const WeightPlan& weights,
                        const std::function<bool(std::size_t layer)>& own) {
  return BlockLowering(network, layer, placement, memories, engine, work, choice, weights, own).run();
}

}  // namespace subvolt::mapping
