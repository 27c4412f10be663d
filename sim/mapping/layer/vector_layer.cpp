#include "sim/mapping/layer/vector_layer.h"

#include <algorithm>

#include "sim/mapping/program/command_list.h"
#include "sim/mapping/tile/finalists.h"

namespace subvolt::mapping {
namespace {

OperandPlace place_of(const Placement::Place& p, const std::vector<MemoryRegion>& memories, Format format) {
  return {&memories.at(static_cast<std::size_t>(p.memory)), p.address, format};
}

constexpr AxisTile kOneLine{0, 1, 0, 1, 1};

// Of the first image.
Block operand(const VectorLayer& layer, std::size_t i, const AxisTile& rows, const AxisTile& columns,
              std::int64_t first, std::int64_t count) {
  const VectorShape::Operand& shape = layer.operands[i];
  return image_block(layer.inputs[i], shape.columns ? layer.columns.in : 1, layer.input_pitches[i],
                     shape.rows ? rows : kOneLine, shape.columns ? columns : kOneLine, shape.channels ? first : 0,
                     shape.channels ? count : 1);
}

std::int64_t operand_bytes(const VectorLayer& layer, std::size_t i, std::int64_t lines, std::int64_t columns,
                           std::int64_t channels) {
  const VectorShape::Operand& shape = layer.operands[i];
  return layer.inputs[i].format.bytes((shape.rows ? lines : 1) * (shape.columns ? columns : 1) *
                                      (shape.channels ? channels : 1));
}

Block result(const VectorLayer& layer, const AxisTile& rows, const AxisTile& columns, std::int64_t first,
             std::int64_t count) {
  const AxisTile r{rows.out_begin, rows.out_size, rows.out_begin, rows.out_size, 1};
  const AxisTile c{columns.out_begin, columns.out_size, columns.out_begin, columns.out_size, 1};
  return image_block(layer.output, layer.columns.out, layer.output_pitch, r, c, first, count);
}

void advance(OperandPlace& place, std::int64_t elements) {
  place.address += static_cast<Address>(place.format.offset(elements));
}

std::vector<AxisTile> tiles(const Axis& axis, std::int64_t size) {
  std::vector<AxisTile> all;
  for (std::int64_t begin = 0; begin < axis.out; begin += size) {
    all.push_back(axis.tile(begin, std::min(size, axis.out - begin)));
  }
  return all;
}

// Calls visit(row tile, column tile, first channel, channels) for each tile in program order.
template <class Visit>
void for_each_tile(const VectorLayer& layer, const TileSizes& size, const Visit& visit) {
  const auto columns = tiles(layer.columns, size.columns);
  for (const AxisTile& r : tiles(layer.rows, size.rows)) {
    for (const AxisTile& c : columns) {
      for (std::int64_t first = 0; first < layer.channels; first += size.channels) {
        visit(r, c, first, std::min(size.channels, layer.channels - first));
      }
    }
  }
}

VectorWork work_of(const VectorLayer& layer, const AxisTile& r, const AxisTile& c, std::int64_t channels) {
  const std::int64_t pixels = r.out_size * c.out_size;
  const Format element = layer.op == VectorOperator::kArgMax ? layer.inputs.front().format : layer.output.format;
  return {layer.op, pixels * channels, layer.taps, pixels, layer.lookup, element};
}

class Search {
 public:
  Search(const VectorLayer& layer, const NpuCapabilities& npu, const std::vector<Objective>& objectives, Reach reach)
      : layer_(layer), npu_(npu), finalists_(objectives, reach) {}

  Found<VectorChoice> run(Shortage& shortage) {
    const auto channels =
        layer_.whole_channels ? std::vector<std::int64_t>{layer_.channels} : breakpoints(layer_.channels, false);
    const auto rows = breakpoints(layer_.rows.out, false);
    for (const int slots : {2, 1}) {
      for (const std::int64_t w : breakpoints(layer_.columns.out, false)) {
        for (const std::int64_t h : rows) {
          for (const std::int64_t c : channels) try_tile({h, w, c, 1}, slots);
        }
      }
    }
    shortage = shortage_;
    Found<VectorChoice> found;
    found.choices = finalists_.take(found.of_first);
    for (VectorChoice& choice : found.choices) choice.candidates = candidates_;
    return found;
  }

 private:
  void try_tile(const TileSizes& size, int slots) {
    const AxisTiling rows(layer_.rows, size.rows);
    const AxisTiling columns(layer_.columns, size.columns);
    const std::int64_t tiles = rows.count * columns.count * ceil_div(layer_.channels, size.channels);
    if (tiles == 1) slots = 1;
    std::int64_t need = layer_.output.format.bytes(size.channels * size.rows * size.columns);
    for (std::size_t i = 0; i < layer_.operands.size(); ++i) {
      need += operand_bytes(layer_, i, rows.most_lines, columns.most_lines, size.channels);
    }
    need *= slots;
    const auto operands = static_cast<std::int64_t>(layer_.operands.size());
    if (layer_.images * tiles * (operands + 2) > kMostCommands) return;
    if (need > npu_.output_buffer.value()) {
      const Shortage s{Buffer::kOutput, Operand::kInput, need, npu_.output_buffer.value(), ""};
      if (shortage_.required == 0 || s.required < shortage_.required) shortage_ = s;
      return;
    }
    ++candidates_;
    judge(size, slots, rows, columns, tiles);
  }

  void judge(const TileSizes& size, int slots, const AxisTiling& rows, const AxisTiling& columns, std::int64_t tiles) {
    VectorChoice v;
    v.size = size;
    v.slots = slots;
    std::vector<Transfer> loads(layer_.operands.size());
    Transfer stores;
    std::int64_t buffer_bytes = 0, cycles = 0, first = 0;
    const Lane& write = layer_.output.memory->path.write;
    std::vector<Movement> moves;
    const auto add = [&](const AxisTile& r, const AxisTile& c, std::int64_t channels, std::int64_t count) {
      std::int64_t load = 0, latency = 0;
      moves.clear();
      for (std::size_t i = 0; i < loads.size(); ++i) {
        const Transfer t = usual_transfer(operand(layer_, i, r, c, 0, channels), npu_.burst);
        loads[i].add(t, count);
        const MemoryRegion* memory = layer_.inputs[i].memory;
        load += memory->path.read.cycles(t);
        moves.push_back({&memory->path.read, t});
        latency = std::max(latency, static_cast<std::int64_t>(t.bursts > 0 ? memory->path.read.latency(t) : 0.0));
      }
      const Transfer s = usual_transfer(result(layer_, r, c, 0, channels), npu_.burst);
      stores.add(s, count);
      const VectorActivity a = vector_timing(npu_.vector, work_of(layer_, r, c, channels));
      buffer_bytes += (a.bytes_read + a.bytes_written) * count;
      const std::int64_t store = write.cycles(s);
      const auto turns = static_cast<std::int64_t>(cycles_in_turns(moves.data(), moves.size(), {&write, s}));
      const std::int64_t alone =
          latency + load + a.cycles.value() + store + static_cast<std::int64_t>(s.bursts > 0 ? write.latency(s) : 0.0);
      cycles += count * (slots > 1 ? std::max({a.cycles.value(), turns, alone / slots}) : alone);
      if (first == 0 && slots > 1) first = alone;
    };
    const std::int64_t whole = layer_.channels / size.channels;
    const std::int64_t rest = layer_.channels % size.channels;
    for (const AxisTiling::Class& r : rows.classes) {
      for (const AxisTiling::Class& c : columns.classes) {
        const AxisTile row{0, r.out_size, 0, r.in_lines, layer_.rows.tile(0, 1).in_step};
        const AxisTile column{0, c.out_size, 0, c.in_lines, 1};
        add(row, column, size.channels, r.count * c.count * whole);
        if (rest > 0) add(row, column, rest, r.count * c.count);
      }
    }
    Figures& f = v.figures;
    std::int64_t input_bytes = 0;
    for (std::size_t i = 0; i < loads.size(); ++i) {
      input_bytes += loads[i].bytes;
      (layer_.operands[i].constant ? v.constant_bytes : v.input_bytes) += loads[i].bytes * layer_.images;
      if (layer_.inputs[i].memory->off_chip) f.off_chip_bytes += loads[i].padded_bytes;
      f.cost += read_cost(loads[i], *layer_.inputs[i].memory);
    }
    v.output_bytes = stores.bytes * layer_.images;
    if (layer_.output.memory->off_chip) f.off_chip_bytes += stores.padded_bytes;
    f.cost += write_cost(stores, *layer_.output.memory);
    f.cycles = cycles + first;
    f.cost += kBufferCost * static_cast<double>(buffer_bytes + input_bytes + stores.bytes) +
              kCycleCost * static_cast<double>(f.cycles) +
              kCommandCost * static_cast<double>(tiles * static_cast<std::int64_t>(loads.size() + 2));
    finalists_.offer(v, f, candidates_);
  }

  const VectorLayer& layer_;
  const NpuCapabilities& npu_;
  AllFinalists<VectorChoice, std::int64_t> finalists_;
  Shortage shortage_;
  std::int64_t candidates_ = 0;
};

}  // namespace

bool goes_by_pixels(const network::Network& network, std::size_t index, network::TensorId tensor) {
  const network::Layer& layer = network.layers[index];
  std::string why;
  const auto shape = vector_shape(network, index, why);
  if (!shape) return false;
  const std::int64_t row = network.tensor(tensor).shape.channels();
  const bool operands = std::all_of(shape->operands.begin(), shape->operands.end(), [&](const VectorShape::Operand& o) {
    return o.constant || layer.inputs[o.index] != tensor || row == (o.channels ? shape->channels : 1);
  });
  return operands && (tensor != layer.outputs.at(0) || row == shape->channels);
}

VectorLayer vector_layer(const network::Network& network, std::size_t index, const Placement& placement,
                         const std::vector<MemoryRegion>& memories) {
  const network::Layer& layer = network.layers[index];
  std::string why;
  VectorLayer v;
  static_cast<VectorShape&>(v) = vector_shape(network, index, why).value();
  const auto activation = [&](network::TensorId t) {
    return place_of(placement.activations[static_cast<std::size_t>(t)], memories, network.tensor(t).format());
  };
  const auto pitch = [&](network::TensorId t, std::int64_t channels) {
    const std::int64_t bytes = placement.activations[static_cast<std::size_t>(t)].pitch;
    return bytes == 0 ? channels : network.tensor(t).format().elements_in(bytes);
  };
  for (const VectorShape::Operand& o : v.operands) {
    const std::int64_t channels = o.channels ? v.channels : 1;
    v.input_pitches.push_back(o.constant ? channels : pitch(layer.inputs[o.index], channels));
    v.inputs.push_back(o.constant
                           ? place_of(placement.constants[index][o.index], memories, layer.constants[o.index].format())
                           : activation(layer.inputs[o.index]));
  }
  v.output = activation(layer.outputs.at(0));
  v.output_pitch = pitch(layer.outputs[0], v.channels);
  return v;
}

Found<VectorChoice> search_vector_layer(const VectorLayer& layer, const NpuCapabilities& npu,
                                        const std::vector<Objective>& objectives, Reach reach, Shortage& shortage) {
  return Search(layer, npu, objectives, reach).run(shortage);
}

std::vector<Command> lower_vector_layer(const VectorLayer& whole, const VectorChoice& choice) {
  CommandList commands;
  Slots slots(choice.slots);
  VectorLayer layer = whole;
  for (std::int64_t image = 0; image < whole.images; ++image) {
    for_each_tile(layer, choice.size, [&](const AxisTile& r, const AxisTile& c, std::int64_t first, std::int64_t n) {
      slots.next();
      std::vector<CommandIndex> loads;
      for (std::size_t i = 0; i < layer.operands.size(); ++i) {
        loads.push_back(commands.load(layer.operands[i].constant ? Operand::kWeight : Operand::kInput, Buffer::kOutput,
                                      operand(layer, i, r, c, first, n), slots.free_after()));
      }
      loads.push_back(slots.free_after());  // in case there was nothing to load
      const CommandIndex vector = commands.add(Vector{work_of(layer, r, c, n)}, loads);
      slots.used_by(commands.add(Store{result(layer, r, c, first, n)}, {vector}));
    });
    for (std::size_t i = 0; i < layer.operands.size(); ++i) {
      if (layer.operands[i].constant) continue;
      advance(layer.inputs[i], layer.rows.in * layer.columns.in * layer.input_pitches[i]);
    }
    advance(layer.output, layer.rows.out * layer.columns.out * layer.output_pitch);
  }
  return commands.take();
}

}  // namespace subvolt::mapping
