#include "sim/mapping/layer/move_layer.h"

#include <algorithm>
#include <string>

#include "sim/mapping/program/command_list.h"

namespace subvolt::mapping {
namespace {

constexpr int kSlots = 2;

// The part of a copy that one command moves: a run within two loops.
struct Piece {
  Format format;
  std::int64_t run = 1;
  Copy::Loop rows, planes;
  std::int64_t bytes() const { return format.bytes(run * rows.size * planes.size); }
};

Block block(Address base, const Piece& piece, std::int64_t Copy::Loop::*stride) {
  Block b;
  b.base = base;
  b.row_bytes = piece.format.bytes(piece.run);
  b.rows = piece.rows.size;
  b.row_stride = piece.format.bytes(piece.rows.*stride);
  b.planes = piece.planes.size;
  b.plane_stride = piece.format.bytes(piece.planes.*stride);
  return b;
}

class Lowering {
 public:
  explicit Lowering(const NpuCapabilities& npu) : npu_(npu), slots_(kSlots) {
    slot_bytes_ = std::max<std::int64_t>(1, npu.output_buffer.value() / kSlots);
  }

  void add(const PlacedCopy& placed) {
    placed_ = &placed;
    if (placed.copy.indices) return load_indices();
    if (!placed.source.memory) make_value();
    Piece whole;
    whole.format = placed.copy.format;
    whole.run = placed.copy.run;
    std::vector<Copy::Loop> outer = placed.copy.loops;
    for (Copy::Loop* inner : {&whole.rows, &whole.planes}) {
      if (outer.empty()) break;
      *inner = outer.back();
      outer.pop_back();
    }
    loop(outer, 0, whole, 0, 0);
  }

  MoveProgram finish() {
    program_.commands = commands_.take();
    Figures& f = program_.figures;
    f.cycles = cycles_;
    f.cost += 2 * kBufferCost * static_cast<double>(program_.output_bytes) + kCycleCost * static_cast<double>(cycles_) +
              kCommandCost * static_cast<double>(program_.commands.size());
    return std::move(program_);
  }

 private:
  // As large a value as one store may need.
  void make_value() {
    slots_.next();
    const Copy& copy = placed_->copy;
    VectorWork work{VectorOperator::kActivation, std::min(slot_holds(copy.format), copy.elements()), 1};
    work.element = copy.format;
    value_ = commands_.add(Vector{work}, {slots_.free_after()});
    slots_.used_by(value_);
  }

  // What follows waits for them, through the order of loads.
  void load_indices() {
    const Copy& copy = placed_->copy;
    for (std::int64_t first = 0; first < copy.run; first += slot_holds(copy.format)) {
      Piece piece;
      piece.format = copy.format;
      piece.run = std::min(slot_holds(copy.format), copy.run - first);
      const Block from = block(placed_->source.address + static_cast<Address>(copy.format.offset(first)), piece,
                               &Copy::Loop::source_stride);
      slots_.next();
      indices_ = commands_.load(operand(copy), Buffer::kOutput, from, slots_.free_after());
      slots_.used_by(indices_);
      count_load(from);
    }
  }

  static Operand operand(const Copy& copy) {
    return copy.from == Copy::From::kConstant ? Operand::kWeight : Operand::kInput;
  }
  void count_load(const Block& from) {
    const bool constant = placed_->copy.from == Copy::From::kConstant;
    (constant ? program_.constant_bytes : program_.input_bytes) += from.bytes();
    count(from, placed_->source, false);
  }

  void loop(const std::vector<Copy::Loop>& outer, std::size_t depth, const Piece& piece, std::int64_t source,
            std::int64_t target) {
    if (depth == outer.size()) return cut(piece, source, target);
    for (std::int64_t i = 0; i < outer[depth].size; ++i) {
      loop(outer, depth + 1, piece, source + i * outer[depth].source_stride, target + i * outer[depth].target_stride);
    }
  }

  std::int64_t slot_holds(Format format) const { return std::max<std::int64_t>(1, format.elements_in(slot_bytes_)); }

  // Into parts that fit a slot.
  void cut(const Piece& piece, std::int64_t source, std::int64_t target) {
    if (piece.bytes() <= slot_bytes_) return move(piece, source, target);
    Piece part = piece;
    const std::int64_t row = piece.run, plane = piece.run * piece.rows.size, most = slot_holds(piece.format);
    const auto parts = [&](std::int64_t& size, std::int64_t all, std::int64_t at_once, std::int64_t source_stride,
                           std::int64_t target_stride) {
      for (std::int64_t i = 0; i < all; i += at_once) {
        size = std::min(at_once, all - i);
        cut(part, source + i * source_stride, target + i * target_stride);
      }
    };
    if (piece.planes.size > 1) {
      parts(part.planes.size, piece.planes.size, std::max<std::int64_t>(1, most / plane), piece.planes.source_stride,
            piece.planes.target_stride);
    } else if (piece.rows.size > 1) {
      parts(part.rows.size, piece.rows.size, std::max<std::int64_t>(1, most / row), piece.rows.source_stride,
            piece.rows.target_stride);
    } else {
      parts(part.run, piece.run, most, 1, 1);
    }
  }

  void move(const Piece& piece, std::int64_t source, std::int64_t target) {
    const Copy& copy = placed_->copy;
    const auto at = [&](const OperandPlace& place, std::int64_t element) {
      return place.address + static_cast<Address>(copy.format.offset(element));
    };
    const Block to = block(at(placed_->target, copy.target_offset + target), piece, &Copy::Loop::target_stride);
    CommandIndex ready = value_;
    if (placed_->source.memory) {
      const Block from = block(at(placed_->source, copy.source_offset + source), piece, &Copy::Loop::source_stride);
      slots_.next();
      ready = from.bytes() == 0 ? kNoCommand
                                : commands_.add(Load{operand(copy), Buffer::kOutput, from, 0},
                                                {slots_.free_after(), copy.by_index ? indices_ : kNoCommand});
      count_load(from);
    }
    slots_.used_by(commands_.add(Store{to}, {ready}));
    program_.output_bytes += to.bytes();
    count(to, placed_->target, true);
  }

  void count(const Block& moved, const OperandPlace& place, bool write) {
    const Transfer t = transfer(moved, npu_.burst);
    Figures& f = program_.figures;
    f.cost += write ? write_cost(t, *place.memory) : read_cost(t, *place.memory);
    if (place.memory->off_chip) f.off_chip_bytes += t.padded_bytes;
    cycles_ += (write ? place.memory->path.write : place.memory->path.read).cycles(t);
  }

  const NpuCapabilities& npu_;
  const PlacedCopy* placed_ = nullptr;
  Slots slots_;
  std::int64_t slot_bytes_ = 1;
  CommandIndex value_ = kNoCommand;
  CommandIndex indices_ = kNoCommand;  // the last of them
  CommandList commands_;
  MoveProgram program_;
  std::int64_t cycles_ = 0;
};

OperandPlace place_of(const Placement::Place& place, const std::vector<MemoryRegion>& memories, Format format) {
  return {&memories.at(static_cast<std::size_t>(place.memory)), place.address, format};
}

}  // namespace

std::vector<PlacedCopy> placed_copies(const network::Network& network, std::size_t index, const Placement& placement,
                                      const std::vector<MemoryRegion>& memories) {
  const network::Layer& layer = network.layers[index];
  const auto place = [&](network::TensorId t) { return placement.activations[static_cast<std::size_t>(t)]; };
  const auto rows = [&](network::TensorId t, Format format) {
    const std::int64_t row = network.tensor(t).shape.channels();
    return place(t).pitch == 0 ? RowsOf{row, row} : RowsOf{row, format.elements_in(place(t).pitch)};
  };
  std::string why;
  std::vector<PlacedCopy> placed;
  const std::vector<Copy> copies = copies_of(network, index, why).value();
  for (std::size_t c = 0; c < copies.size(); ++c) {
    const Copy& copy = copies[c];
    const auto is_this = [&](const Join& j) { return j.layer == index && j.copy == c; };
    if (std::any_of(placement.joins.begin(), placement.joins.end(), is_this)) continue;
    PlacedCopy p;
    RowsOf from, to;
    if (copy.from == Copy::From::kInput) {
      p.source = place_of(place(layer.inputs[copy.index]), memories, copy.format);
      from = rows(layer.inputs[copy.index], copy.format);
    }
    if (copy.from == Copy::From::kConstant)
      p.source = place_of(placement.constants[index][copy.index], memories, copy.format);
    if (copy.from == Copy::From::kState) p.source = place_of(placement.states[index], memories, copy.format);
    if (!layer.outputs.empty()) to = rows(layer.outputs[copy.output], copy.format);
    p.target = place_of(layer.outputs.empty() ? placement.states[index] : place(layer.outputs[copy.output]), memories,
                        copy.format);
    if (copy.indices) to = {1, 1};
    p.copy = between_rows(copy, from, to).value();
    placed.push_back(std::move(p));
  }
  return placed;
}

bool moves_between_rows(const network::Network& network, std::size_t index, network::TensorId tensor) {
  const network::Layer& layer = network.layers[index];
  const std::int64_t row = network.tensor(tensor).shape.channels();
  std::string why;
  std::int64_t commands = 0;
  for (const Copy& copy : copies_of(network, index, why).value_or(std::vector<Copy>())) {
    const bool reads = copy.from == Copy::From::kInput && layer.inputs[copy.index] == tensor;
    const bool writes = !copy.indices && !layer.outputs.empty() && layer.outputs[copy.output] == tensor;
    // How far they lie apart makes no difference.
    const auto spread = between_rows(copy, {row, reads ? 2 * row : row}, {row, writes ? 2 * row : row});
    if (!spread) return false;
    commands += commands_of(*spread);
  }
  return commands > 0 && commands <= kMostMoves;
}

MoveProgram lower_move_layer(const std::vector<PlacedCopy>& copies, const NpuCapabilities& npu) {
  Lowering lowering(npu);
  for (const PlacedCopy& copy : copies) lowering.add(copy);
  return lowering.finish();
}

}  // namespace subvolt::mapping
