#include "sim/mapping/layer/svdf_layer.h"

#include <algorithm>

#include "sim/mapping/layer/recurrent_layer.h"
#include "sim/mapping/layer/type_obstacle.h"
#include "sim/mapping/place/residency.h"
#include "sim/mapping/program/command_list.h"

namespace subvolt::mapping {
namespace {

using network::Layer;
using network::Role;

constexpr std::int64_t kCommandsOfAChunk = 12;  // at most, per sequence: five loads, two products, what follows them

std::string obstacle(const Layer& layer) {
  for (const Role role : {Role::kWeights, Role::kRecurrent}) {
    const network::Constant* filter = layer.constant(role);
    if (!filter) return "multiplies by constant weights and these are computed";
    if (bits(filter->type) != 8 || network::is_float(filter->type)) {
      return computes_int8(role == Role::kWeights ? "weight matrix" : "filter over time", filter->type);
    }
  }
  const network::Constant* biases = layer.constant(Role::kBias);
  return biases && biases->type != network::ElementType::kInt32 ? adds_int32(biases->type) : "";
}

Block run_of(const OperandPlace& place, std::int64_t first, std::int64_t count) {
  Block b;
  b.base = place.address + static_cast<Address>(place.format.offset(first));
  b.row_bytes = b.row_stride = place.format.bytes(count);
  return b;
}

// What waits for what: a load for the last use of its slot; the history for the store of its newest step; a product for
// its operands and for the store that frees its sums' slot; a store for the vector unit.
class Lowering {
 public:
  Lowering(const SvdfLayer& layer, const NpuCapabilities& npu)
      : layer_(layer), npu_(npu), inputs_(2), histories_(2), weights_(2), products_(2), results_(2) {}

  std::vector<Command> run() {
    for (std::int64_t unit = 0; unit < layer_.units; unit += layer_.chunk) {
      const std::int64_t units = std::min(layer_.chunk, layer_.units - unit);
      load_weights(unit, units);
      for (std::int64_t batch = 0; batch < layer_.batches; ++batch) {
        const CommandIndex newest = features(batch, unit, units);
        weights_.used_by(time(batch, unit, units, newest));
      }
    }
    return commands_.take();
  }

 private:
  void load_weights(std::int64_t unit, std::int64_t units) {
    weights_.next();
    const auto load = [&](Operand operand, const OperandPlace& place, std::int64_t first, std::int64_t count) {
      return commands_.load(operand, Buffer::kWeight, run_of(place, first, count), weights_.free_after());
    };
    over_features_ = load(Operand::kWeight, layer_.weights, unit * layer_.features, units * layer_.features);
    over_time_ = load(Operand::kWeight, layer_.time_weights, unit * layer_.memory, units * layer_.memory);
    const bool bias = layer_.bias_bytes > 0;
    bias_ = bias ? load(Operand::kBias, layer_.biases, unit / layer_.rank, units / layer_.rank) : kNoCommand;
  }

  CommandIndex compute(const Tile& tile, std::vector<CommandIndex> after) {
    return commands_.add(Compute{fastest_style(npu_, tile), tile}, std::move(after));
  }
  CommandIndex requantize(std::int64_t outputs, bool lookup, std::vector<CommandIndex> after) {
    return commands_.add(Vector{{VectorOperator::kRequantize, outputs, 1, 1, lookup, layer_.element}},
                         std::move(after));
  }

  CommandIndex features(std::int64_t batch, std::int64_t unit, std::int64_t units) {
    inputs_.next();
    products_.next();
    const Block from = run_of(layer_.input, batch * layer_.features, layer_.features);
    const CommandIndex x = commands_.load(Operand::kInput, Buffer::kInput, from, inputs_.free_after());
    const CommandIndex sums = compute(layer_.feature_tile(units), {x, over_features_, products_.free_after()});
    inputs_.used_by(sums);
    const Block to = run_of(layer_.history, first_of(batch) + unit, units);
    const CommandIndex stored = commands_.add(Store{to}, {requantize(units, false, {sums})});
    products_.used_by(stored);
    return stored;
  }

  CommandIndex time(std::int64_t batch, std::int64_t unit, std::int64_t units, CommandIndex newest) {
    histories_.next();
    results_.next();
    Block steps = run_of(layer_.history, first_of(batch) + unit, units);
    steps.rows = layer_.memory;
    steps.row_stride = layer_.element.bytes(layer_.units);
    const CommandIndex history =
        commands_.add(Load{Operand::kInput, Buffer::kInput, steps, 0}, {newest, histories_.free_after()});
    const CommandIndex sums = compute(layer_.time_tile(units), {history, over_time_, results_.free_after()});
    histories_.used_by(sums);
    const std::int64_t outputs = units / layer_.rank;
    const CommandIndex done = requantize(outputs, layer_.lookup, {sums, bias_});
    const std::int64_t first = (batch * layer_.units + unit) / layer_.rank;
    results_.used_by(commands_.add(Store{run_of(layer_.output, first, outputs)}, {done}));
    return done;
  }

  std::int64_t first_of(std::int64_t batch) const { return batch * layer_.units * layer_.memory; }

  const SvdfLayer& layer_;
  const NpuCapabilities& npu_;
  CommandList commands_;
  Slots inputs_, histories_, weights_, products_, results_;
  CommandIndex over_features_ = kNoCommand, over_time_ = kNoCommand, bias_ = kNoCommand;
};

}  // namespace

Tile SvdfLayer::feature_tile(std::int64_t chunk_units) const {
  Tile tile = Tile::of({1, features, chunk_units, 1, false});
  tile.input = element;
  tile.weight = weight;
  return tile;
}

Tile SvdfLayer::time_tile(std::int64_t chunk_units) const {
  Tile tile;
  tile.rows.kernel = memory;
  tile.inputs = rank;
  tile.groups = chunk_units / rank;
  tile.input = element;
  tile.weight = time_weight;
  return tile;
}

std::optional<SvdfLayer> svdf_layer(const network::Network& network, std::size_t index, const NpuCapabilities& npu,
                                    std::string& why) {
  const Layer& layer = network.layers[index];
  why = obstacle(layer);
  if (!why.empty()) return std::nullopt;
  const network::Attributes& a = layer.attributes;
  const network::Tensor& x = network.input_of(layer);
  SvdfLayer s;
  s.features = x.shape.channels();
  s.batches = x.shape.elements() / s.features;
  s.units = *a.units;
  s.memory = a.memory;
  s.rank = a.rank;
  s.bias_bytes = layer.constant(Role::kBias) ? kInt32.bytes(1) : 0;
  s.lookup = needs_lookup(layer);
  s.element = x.format();
  s.weight = layer.constant(Role::kWeights)->format();
  s.time_weight = layer.constant(Role::kRecurrent)->format();
  // Of `rank` units.
  const std::int64_t weights = s.rank * (s.weight.bytes(s.features) + s.time_weight.bytes(s.memory)) + s.bias_bytes;
  const std::int64_t room = npu.input_buffer.value() / 2 - s.element.bytes(s.features);
  const std::int64_t most =
      std::min({s.units / s.rank, npu.weight_buffer.value() / 2 / weights, room / s.element.bytes(s.rank * s.memory),
                npu.output_buffer.value() / 2 / kInt32.bytes(s.rank + 1)});
  s.chunk = most * s.rank;
  if (most < 1) {
    why = "has too small buffers: " + grouped(s.rank) + " units have " + grouped(weights) + " B of weights";
    return std::nullopt;
  }
  if (s.batches * ceil_div(s.units, s.chunk) * kCommandsOfAChunk > kMostCommands) {
    why = "would need more than " + grouped(kMostCommands) + " commands";
    return std::nullopt;
  }
  for (const Tile& tile : {s.feature_tile(s.chunk), s.time_tile(s.chunk)}) {
    if (fastest_style(npu, tile)) continue;
    why = npu.styles.empty() ? "has no dataflow" : npu.styles.front()->obstacle(tile);
    return std::nullopt;
  }
  return s;
}

void place_svdf_layer(SvdfLayer& s, const network::Network& network, std::size_t index, const Placement& placement,
                      const std::vector<MemoryRegion>& memories) {
  const Layer& layer = network.layers[index];
  const auto place_of = [&](const Placement::Place& p, Format format) {
    return OperandPlace{&memories.at(static_cast<std::size_t>(p.memory)), p.address, format};
  };
  s.input = place_of(placement.activations[static_cast<std::size_t>(layer.inputs.at(0))], s.element);
  s.output = place_of(placement.activations[static_cast<std::size_t>(layer.outputs.at(0))], s.element);
  s.history = place_of(placement.states[index], s.element);
  for (std::size_t c = 0; c < layer.constants.size(); ++c) {
    const OperandPlace place = place_of(placement.constants[index][c], layer.constants[c].format());
    const Role role = layer.constants[c].role;
    (role == Role::kWeights ? s.weights : role == Role::kRecurrent ? s.time_weights : s.biases) = place;
  }
}

std::vector<Command> lower_svdf_layer(const SvdfLayer& layer, const NpuCapabilities& npu) {
  return Lowering(layer, npu).run();
}

}  // namespace subvolt::mapping
