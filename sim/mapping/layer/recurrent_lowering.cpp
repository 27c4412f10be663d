#include <algorithm>

#include "sim/mapping/layer/recurrent_layer.h"
#include "sim/mapping/program/command_list.h"

namespace subvolt::mapping {
namespace {

Block run_of(Address base, std::int64_t bytes) {
  Block b;
  b.base = base;
  b.row_bytes = bytes;
  b.row_stride = bytes;
  return b;
}

Address behind(Address base, std::int64_t bytes) { return base + static_cast<Address>(bytes); }

// Of the operand, `count` elements from the first on.
Block part_of(const OperandPlace& place, std::int64_t first, std::int64_t count) {
  return run_of(behind(place.address, place.format.offset(first)), place.format.bytes(count));
}

// What waits for what: a load for the last use of its slot; loads of the hidden state for every store of it; a compute
// for its operands and, the first of a chunk, for the store that frees the partial sums' slot; the cell for the sums
// and the biases; a store for the cell.
class Lowering {
 public:
  Lowering(const RecurrentLayer& layer, const NpuCapabilities& npu)
      : layer_(layer), npu_(npu), inputs_(2), hidden_(2), inner_(1), weights_(layer.weights_stay ? 1 : 2), sums_(2) {}

  std::vector<Command> run() {
    // An lstm's cells, or the state that a gru's cells read.
    const std::int64_t before = layer_.state.cells > 0 ? layer_.state.hidden : 0;
    kept_ = commands_.load(Operand::kInput, Buffer::kOutput,
                           run_of(behind(layer_.states.address, before), layer_.kept_bytes), kNoCommand);
    for (step_ = 0; step_ < layer_.steps; ++step_) step();
    if (layer_.state.cells > 0) {
      commands_.add(Store{run_of(behind(layer_.states.address, layer_.state.hidden), layer_.state.cells)},
                    {last_cell_});
    }
    return commands_.take();
  }

 private:
  void step() {
    inputs_.next();
    const CommandIndex x =
        commands_.load(Operand::kInput, Buffer::kInput, part_of(layer_.input, step_ * layer_.features, layer_.features),
                       inputs_.free_after());
    hidden_.next();
    std::vector<CommandIndex> before = std::move(stored_);
    stored_.clear();
    before.push_back(hidden_.free_after());
    const CommandIndex h = commands_.add(Load{Operand::kInput, Buffer::kInput, hidden_state()}, std::move(before));
    std::vector<CommandIndex> inner;
    for (std::int64_t unit = 0; unit < layer_.units; unit += layer_.chunk) {
      chunk(unit, std::min(layer_.chunk, layer_.units - unit), x, h, inner);
    }
    if (layer_.projection > 0) project(std::move(inner));
  }

  // The output of the step before, the state of the run before.
  Block hidden_state() const {
    if (step_ == 0 || layer_.last_only) return part_of(layer_.states, 0, layer_.width);
    return part_of(layer_.output, (step_ - 1) * layer_.width, layer_.width);
  }

  OperandPlace inner_state() const {
    OperandPlace place = layer_.states;
    place.address = behind(place.address, layer_.state.hidden + layer_.state.cells);
    return place;
  }

  void chunk(std::int64_t unit, std::int64_t units, CommandIndex x, CommandIndex h, std::vector<CommandIndex>& inner) {
    const std::int64_t columns = layer_.gates * units;
    next_weights();
    const CommandIndex wx = weights(layer_.weights, unit * layer_.gates * layer_.features, columns * layer_.features);
    const CommandIndex wh = weights(layer_.recurrent, unit * layer_.gates * layer_.width, columns * layer_.width);
    const CommandIndex b = biases(layer_.biases, unit * layer_.bias_bytes, units * layer_.bias_bytes);
    const CommandIndex p = biases(layer_.peepholes, unit * layer_.peephole_bytes, units * layer_.peephole_bytes);
    sums_.next();
    inputs_.used_by(compute({1, layer_.features, columns, 1, false}, {x, wx, sums_.free_after()}));
    CommandIndex last = kNoCommand;
    if (layer_.cell == VectorOperator::kGruCell) {
      compute({1, layer_.width, 2 * units, 1, true}, {h, wh});
      last = compute({1, layer_.width, units, 1, false}, {});  // the candidate's, which the reset gate scales
    } else {
      last = compute({1, layer_.width, columns, 1, true}, {h, wh});
    }
    hidden_.used_by(last);
    const bool table = layer_.cell == VectorOperator::kRequantize;
    last_cell_ = commands_.add(Vector{{layer_.cell, units, 1, 1, table, layer_.element}},
                               {last, b, p, step_ == 0 ? kept_ : kNoCommand});
    weights_.used_by(last_cell_);
    if (layer_.projection == 0) {
      store_hidden(unit, units, last_cell_);
    } else {
      inner.push_back(commands_.add(Store{part_of(inner_state(), unit, units)}, {last_cell_}));
      sums_.used_by(inner.back());
    }
  }

  void project(std::vector<CommandIndex> inner) {
    inner.push_back(inner_.free_after());
    const CommandIndex m =
        commands_.add(Load{Operand::kInput, Buffer::kInput, part_of(inner_state(), 0, layer_.units)}, std::move(inner));
    for (std::int64_t first = 0; first < layer_.projection; first += layer_.projection_chunk) {
      const std::int64_t outputs = std::min(layer_.projection_chunk, layer_.projection - first);
      next_weights();
      const CommandIndex w = weights(layer_.projections, first * layer_.units, outputs * layer_.units);
      sums_.next();
      const CommandIndex last = compute({1, layer_.units, outputs, 1, false}, {m, w, sums_.free_after()});
      inner_.used_by(last);
      weights_.used_by(last);
      store_hidden(first, outputs,
                   commands_.add(Vector{{VectorOperator::kRequantize, outputs, 1, 1, false, layer_.element}}, {last}));
    }
  }

  void store_hidden(std::int64_t first, std::int64_t outputs, CommandIndex after) {
    const bool last = step_ + 1 == layer_.steps;
    const std::int64_t steps_before = layer_.last_only ? 0 : step_ * layer_.width;
    const auto store = [&](const OperandPlace& place, std::int64_t from) {
      after = commands_.add(Store{part_of(place, from, outputs)}, {after});  // the slot is free when both are done
      stored_.push_back(after);
      sums_.used_by(after);
    };
    if (layer_.last_only || last) store(layer_.states, first);
    if (!layer_.last_only || last) store(layer_.output, steps_before + first);
  }

  void next_weights() {
    if (!layer_.weights_stay) weights_.next();
  }
  // Loaded in each step, or in the first when they stay.
  CommandIndex weights(const OperandPlace& place, std::int64_t first, std::int64_t count) {
    return load(Operand::kWeight, part_of(place, first, count));
  }
  CommandIndex biases(const OperandPlace& place, std::int64_t offset, std::int64_t bytes) {
    return load(Operand::kBias, run_of(behind(place.address, offset), bytes));
  }
  CommandIndex load(Operand operand, const Block& block) {
    if (layer_.weights_stay && step_ > 0) return kNoCommand;
    return commands_.load(operand, Buffer::kWeight, block, layer_.weights_stay ? kNoCommand : weights_.free_after());
  }

  // who_runs() has asked for a dataflow that can.
  CommandIndex compute(const TileWork& work, std::vector<CommandIndex> after) {
    Tile tile = Tile::of(work);
    tile.input = layer_.element;
    tile.weight = layer_.weight;
    return commands_.add(Compute{fastest_style(npu_, tile), tile}, std::move(after));
  }

  const RecurrentLayer& layer_;
  const NpuCapabilities& npu_;
  CommandList commands_;
  Slots inputs_, hidden_, inner_, weights_, sums_;
  CommandIndex kept_ = kNoCommand, last_cell_ = kNoCommand;
  std::vector<CommandIndex> stored_;  // parts of the hidden state of the step before
  std::int64_t step_ = 0;
};

}  // namespace

const ArrayStyle* fastest_style(const NpuCapabilities& npu, const Tile& tile) {
  const ArrayStyle* best = nullptr;
  for (const auto& style : npu.styles) {
    if (!style->obstacle(tile).empty()) continue;
    if (!best || style->timing(tile).cycles < best->timing(tile).cycles) best = style.get();
  }
  return best;
}

std::vector<Command> lower_recurrent_layer(const RecurrentLayer& layer, const NpuCapabilities& npu) {
  return Lowering(layer, npu).run();
}

}  // namespace subvolt::mapping
