#include "sim/mapping/tile/copies.h"

#include <algorithm>
#include <map>

namespace subvolt::mapping {
namespace {

using network::ElementType;
using network::Layer;
using network::Network;
using network::Shape;

std::int64_t product(const Shape& shape, std::size_t from, std::size_t to) {
  std::int64_t p = 1;
  for (std::size_t i = from; i < to; ++i) p *= shape[i];
  return p;
}

// From one element to the next along each dimension.
std::vector<std::int64_t> strides_of(const Shape& shape) {
  std::vector<std::int64_t> strides(shape.rank());
  std::int64_t behind = 1;
  for (std::size_t i = shape.rank(); i-- > 0; behind *= shape[i]) strides[i] = behind;
  return strides;
}

struct Piece {
  Copy::From from;
  std::size_t index;
  Shape shape;
};

class Moves {
 public:
  Moves(const Network& network, const Layer& layer) : layer_(layer), attributes_(layer.attributes) {
    for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
      const network::Tensor& tensor = network.input_of(layer, i);
      if (tensor.type == ElementType::kResource) continue;
      pieces_.push_back({Copy::From::kInput, i, tensor.shape});
      types_.push_back(tensor.type);
    }
    for (std::size_t i = 0; i < layer.constants.size(); ++i) {
      pieces_.push_back({Copy::From::kConstant, i, layer.constants[i].shape});
      types_.push_back(layer.constants[i].type);
    }
    for (std::size_t o = 0; o < layer.outputs.size(); ++o) {
      outputs_.push_back(network.output_of(layer, o).shape);
      types_.push_back(network.output_of(layer, o).type);
    }
  }

  std::optional<std::vector<Copy>> run(std::string& why) {
    using Method = void (Moves::*)();
    static const std::map<std::string, Method, std::less<>> all = {
        {"concat", &Moves::concat},
        {"pack", &Moves::pack},
        {"split", &Moves::split},
        {"unpack", &Moves::unpack},
        {"slice", &Moves::slice},
        {"pad", &Moves::pad},
        {"transpose", &Moves::transpose},
        {"depth_to_space", &Moves::depth_to_space},
        {"space_to_depth", &Moves::space_to_depth},
        {"tile", &Moves::tile},
        {"broadcast_to", &Moves::broadcast_to},
        {"gather", &Moves::gather},
        {"assign_variable", &Moves::whole},
        {"read_variable", &Moves::read_state},
    };
    const auto method = all.find(network::to_text(layer_.op));
    if (method == all.end()) {
      why = "has no way to run it";
      return std::nullopt;
    }
    if (layer_.op.is("gather") && !set_indices_apart(why)) return std::nullopt;
    for (const ElementType type : types_) {
      if (bits(type) == 8 && !network::is_float(type) && type == types_.front()) continue;
      why = "moves elements of 8 bits and these are " + to_text(type);
      return std::nullopt;
    }
    if (layer_.activation() != network::Activation::kNone) why_ = "applies no activation while it moves elements";
    (this->*method->second)();
    if (why_.empty() && commands() > kMostMoves) {
      why_ = "needs fewer than " + grouped(kMostMoves) + " commands and this takes " + grouped(commands());
    }
    if (why_.empty()) return std::move(copies_);
    why = why_;
    return std::nullopt;
  }

 private:
  std::int64_t commands() const {
    std::int64_t sum = 0;
    for (const Copy& copy : copies_) sum += commands_of(copy);
    return sum;
  }

  Copy copy_of(const Piece& piece) const {
    Copy copy;
    copy.from = piece.from;
    copy.index = piece.index;
    return copy;
  }
  // The table is left in pieces_, and its type and the output's in types_.
  bool set_indices_apart(std::string& why) {
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      if (types_[i] != ElementType::kInt32 && types_[i] != ElementType::kInt64) continue;
      indices_ = pieces_[i];
      index_format_ = {types_[i]};
      pieces_.erase(pieces_.begin() + static_cast<std::ptrdiff_t>(i));
      types_.erase(types_.begin() + static_cast<std::ptrdiff_t>(i));
      if (pieces_.size() == 1) return true;
      break;
    }
    why = "gathers by indices of int32 or int64";
    return false;
  }

  void add(Copy copy) {
    copy.format = {types_.front()};
    copies_.push_back(simplified(std::move(copy)));
  }

  // `outer` runs of `run` elements, every `pitch` elements on the side that is the whole.
  void join(const Piece& piece, std::int64_t outer, std::int64_t run, std::int64_t pitch, std::int64_t& offset) {
    Copy copy = copy_of(piece);
    copy.target_offset = offset;
    copy.loops = {{outer, run, pitch}};
    copy.run = run;
    offset += run;
    add(std::move(copy));
  }

  void concat() {
    const auto axis = static_cast<std::size_t>(attributes_.axes.at(0));
    const Shape& first = pieces_.at(0).shape;
    const std::int64_t outer = product(first, 0, axis);
    const std::int64_t behind = product(first, axis + 1, first.rank());
    std::int64_t all = 0, offset = 0;
    for (const Piece& piece : pieces_) all += piece.shape[axis];
    for (const Piece& piece : pieces_) join(piece, outer, piece.shape[axis] * behind, all * behind, offset);
  }

  void pack() {
    const auto axis = static_cast<std::size_t>(attributes_.axes.at(0));
    const Shape& each = pieces_.at(0).shape;
    const std::int64_t outer = product(each, 0, axis);
    const std::int64_t behind = product(each, axis, each.rank());
    const std::int64_t pitch = static_cast<std::int64_t>(pieces_.size()) * behind;
    std::int64_t offset = 0;
    for (const Piece& piece : pieces_) join(piece, outer, behind, pitch, offset);
  }

  void part(std::size_t output, std::int64_t outer, std::int64_t run, std::int64_t pitch, std::int64_t& offset) {
    Copy copy = copy_of(pieces_.at(0));
    copy.output = output;
    copy.source_offset = offset;
    copy.loops = {{outer, pitch, run}};
    copy.run = run;
    offset += run;
    add(std::move(copy));
  }

  void split() {
    const auto axis = static_cast<std::size_t>(attributes_.axes.at(0));
    const Shape& in = pieces_.at(0).shape;
    const std::int64_t outer = product(in, 0, axis);
    const std::int64_t behind = product(in, axis + 1, in.rank());
    std::int64_t offset = 0;
    for (std::size_t o = 0; o < outputs_.size(); ++o) {
      part(o, outer, attributes_.sizes.at(o) * behind, in[axis] * behind, offset);
    }
  }

  void unpack() {
    const auto axis = static_cast<std::size_t>(attributes_.axes.at(0));
    const Shape& in = pieces_.at(0).shape;
    const std::int64_t outer = product(in, 0, axis);
    const std::int64_t behind = product(in, axis + 1, in.rank());
    std::int64_t offset = 0;
    for (std::size_t o = 0; o < outputs_.size(); ++o) part(o, outer, behind, in[axis] * behind, offset);
  }

  void gather() {
    const auto axis = static_cast<std::size_t>(attributes_.axes.at(0));
    const Shape& table = pieces_.at(0).shape;
    const std::int64_t outer = product(table, 0, axis);
    const std::int64_t behind = product(table, axis + 1, table.rank());
    const std::int64_t rows = table[axis];
    const std::int64_t picked = outputs_.at(0).elements() / (outer * behind);
    Copy list = copy_of(indices_);
    list.indices = true;
    list.run = indices_.shape.elements();
    list.format = index_format_;
    copies_.push_back(list);
    // Where more are picked than there are, all of them again and again.
    const std::int64_t at_once = std::min(rows, picked);
    const std::int64_t step = rows / at_once;
    for (std::int64_t first = 0; first < picked; first += at_once) {
      Copy copy = copy_of(pieces_[0]);
      copy.by_index = true;
      copy.target_offset = first * behind;
      copy.loops = {{outer, rows * behind, picked * behind},
                    {std::min(at_once, picked - first), step * behind, behind}};
      copy.run = behind;
      copy.format = {types_.front()};
      copies_.push_back(std::move(copy));  // as it is: no two rows are one run
    }
  }

  void slice() {
    const Shape& in = pieces_.at(0).shape;
    const std::vector<std::int64_t> source = strides_of(in);
    Shape kept = in;
    Copy copy = copy_of(pieces_[0]);
    std::vector<std::int64_t> steps(in.rank(), 1);
    for (std::size_t i = 0; i < attributes_.axes.size(); ++i) {
      const auto axis = static_cast<std::size_t>(attributes_.axes[i]);
      const std::int64_t begin = attributes_.begin.at(i), end = attributes_.end.at(i);
      const std::int64_t step = attributes_.step.empty() ? 1 : attributes_.step.at(i);
      if (step < 1) why_ = "moves elements forwards only";
      if (step < 1) return;
      kept[axis] = ceil_div(end - begin, step);
      steps[axis] = step;
      copy.source_offset += begin * source[axis];
    }
    const std::vector<std::int64_t> target = strides_of(kept);
    for (std::size_t i = 0; i < in.rank(); ++i) copy.loops.push_back({kept[i], source[i] * steps[i], target[i]});
    add(std::move(copy));
  }

  // The padding first, in slabs: of each dimension what lies before and behind, as far as outer ones are inside.
  void pad() {
    const Shape& in = pieces_.at(0).shape;
    const auto before = [&](std::size_t i) { return i < attributes_.before.size() ? attributes_.before[i] : 0; };
    Shape out = in;
    for (std::size_t i = 0; i < in.rank(); ++i) {
      out[i] += before(i) + (i < attributes_.after.size() ? attributes_.after[i] : 0);
    }
    const std::vector<std::int64_t> source = strides_of(in);
    const std::vector<std::int64_t> target = strides_of(out);
    Copy inside = copy_of(pieces_[0]);
    for (std::size_t i = 0; i < in.rank(); ++i) {
      for (const auto& [begin, size] :
           {std::pair{std::int64_t{0}, before(i)}, {before(i) + in[i], out[i] - in[i] - before(i)}}) {
        if (size == 0) continue;
        Copy slab;
        slab.from = Copy::From::kValue;
        slab.target_offset = begin * target[i];
        for (std::size_t k = 0; k < out.rank(); ++k) {
          if (k < i) slab.target_offset += before(k) * target[k];
          slab.loops.push_back({k < i ? in[k] : k == i ? size : out[k], target[k], target[k]});
        }
        add(std::move(slab));
      }
      inside.target_offset += before(i) * target[i];
      inside.loops.push_back({in[i], source[i], target[i]});
    }
    add(std::move(inside));
  }

  void transpose() {
    const Shape& in = pieces_.at(0).shape;
    Shape out = in;
    const auto from = [&](std::size_t i) { return static_cast<std::size_t>(attributes_.order.at(i)); };
    for (std::size_t i = 0; i < in.rank(); ++i) out[i] = in[from(i)];
    const std::vector<std::int64_t> source = strides_of(in);
    const std::vector<std::int64_t> target = strides_of(out);
    Copy copy = copy_of(pieces_[0]);
    for (std::size_t i = 0; i < in.rank(); ++i) copy.loops.push_back({out[i], source[from(i)], target[i]});
    add(std::move(copy));
  }

  // deep: h x w x (b b c), wide: (h b) x (w b) x c; row i of a block lies behind row i - 1 in a deep pixel.
  std::vector<Copy::Loop> block_loops(const Shape& deep, bool from_deep) const {
    const std::int64_t b = attributes_.block;
    const std::int64_t pixel = deep.channels();
    const std::int64_t row = pixel / b;
    const std::int64_t line = deep.width() * pixel;
    std::vector<Copy::Loop> loops = {
        {deep.images() * deep.height(), line, line}, {b, row, deep.width() * row}, {deep.width(), pixel, row}};
    if (!from_deep) {
      for (Copy::Loop& loop : loops) std::swap(loop.source_stride, loop.target_stride);
    }
    return loops;
  }

  void depth_to_space() {
    Copy copy = copy_of(pieces_.at(0));
    copy.loops = block_loops(pieces_[0].shape, true);
    copy.run = pieces_[0].shape.channels() / attributes_.block;
    add(std::move(copy));
  }

  void space_to_depth() {
    Copy copy = copy_of(pieces_.at(0));
    Shape deep = pieces_[0].shape;
    const std::int64_t b = attributes_.block;
    deep[deep.rank() - 3] /= b;
    deep[deep.rank() - 2] /= b;
    deep[deep.rank() - 1] *= b * b;
    copy.loops = block_loops(deep, false);
    copy.run = deep.channels() / b;
    add(std::move(copy));
  }

  void tile() {
    const Shape& in = pieces_.at(0).shape;
    const std::vector<std::int64_t> source = strides_of(in);
    const std::vector<std::int64_t> target = strides_of(outputs_.at(0));
    Copy copy = copy_of(pieces_[0]);
    for (std::size_t i = 0; i < in.rank(); ++i) {
      copy.loops.push_back({outputs_[0][i] / in[i], 0, in[i] * target[i]});
      copy.loops.push_back({in[i], source[i], target[i]});
    }
    add(std::move(copy));
  }

  void broadcast_to() {
    const Shape& in = pieces_.at(0).shape;
    const Shape& out = outputs_.at(0);
    const std::vector<std::int64_t> source = strides_of(in);
    const std::vector<std::int64_t> target = strides_of(out);
    Copy copy = copy_of(pieces_[0]);
    const std::size_t missing = out.rank() - in.rank();
    for (std::size_t i = 0; i < out.rank(); ++i) {
      const bool stretched = i < missing || in[i - missing] == 1;
      copy.loops.push_back({out[i], stretched ? 0 : source[i - missing], target[i]});
    }
    add(std::move(copy));
  }

  void whole() {
    Copy copy = copy_of(pieces_.at(0));
    copy.run = pieces_[0].shape.elements();
    add(std::move(copy));
  }

  void read_state() {
    Copy copy;
    copy.from = Copy::From::kState;
    copy.run = outputs_.at(0).elements();
    add(std::move(copy));
  }

  const Layer& layer_;
  const network::Attributes& attributes_;
  std::vector<Piece> pieces_;  // operands with bytes
  Piece indices_{};
  Format index_format_;
  std::vector<Shape> outputs_;
  std::vector<ElementType> types_;
  std::vector<Copy> copies_;
  std::string why_;
};

}  // namespace

std::int64_t Copy::elements() const {
  std::int64_t elements = run;
  for (const Loop& loop : loops) elements *= loop.size;
  return elements;
}

Copy simplified(Copy copy) {
  if (copy.by_index) return copy;
  std::vector<Copy::Loop> kept;
  for (const Copy::Loop& loop : copy.loops) {
    if (loop.size == 1) continue;
    const bool merges = !kept.empty() && kept.back().source_stride == loop.size * loop.source_stride &&
                        kept.back().target_stride == loop.size * loop.target_stride;
    if (merges) {
      kept.back() = {kept.back().size * loop.size, loop.source_stride, loop.target_stride};
    } else {
      kept.push_back(loop);
    }
  }
  if (!kept.empty() && kept.back().source_stride == copy.run && kept.back().target_stride == copy.run) {
    copy.run *= kept.back().size;
    kept.pop_back();
  }
  copy.loops = std::move(kept);
  return copy;
}

std::int64_t commands_of(const Copy& copy) {
  std::int64_t pieces = 1;
  for (std::size_t i = 0; i + 2 < copy.loops.size(); ++i) pieces *= copy.loops[i].size;
  return 2 * pieces;
}

std::optional<std::vector<Copy>> copies_of(const Network& network, std::size_t layer, std::string& why) {
  return Moves(network, network.layers[layer]).run(why);
}

}  // namespace subvolt::mapping
