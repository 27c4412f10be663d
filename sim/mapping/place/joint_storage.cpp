#include "sim/mapping/place/joint_storage.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <string>

#include "sim/mapping/place/stored_data.h"
#include "sim/mapping/tile/copies.h"

namespace subvolt::mapping {
namespace {

using network::Layer;
using network::Network;
using network::TensorId;

using Columns = std::pair<std::int64_t, std::int64_t>;  // [first, second), bytes of a row

std::size_t at(TensorId id) { return static_cast<std::size_t>(id); }

// A copy as a relation: a whole tensor is columns of another one.
struct Part {
  std::size_t part = 0, whole = 0;  // tensors
  std::int64_t rows = 1;
  std::int64_t column = 0;  // of the whole, bytes
};

// Elements that move so have one byte each.
std::optional<Part> part_of(const Network& network, const Layer& layer, const Copy& copy) {
  if (copy.by_index || copy.indices || copy.from != Copy::From::kInput || layer.outputs.empty() ||
      copy.loops.size() > 1)
    return std::nullopt;
  const TensorId from = layer.inputs[copy.index], to = layer.outputs[copy.output];
  const auto whole = [&](TensorId t, std::int64_t offset, std::int64_t Copy::Loop::*stride) {
    return offset == 0 && network.tensor(t).bytes().value() == copy.elements() &&
           (copy.loops.empty() || copy.loops[0].*stride == copy.run);
  };
  const auto relation = [&](TensorId part, TensorId all, std::int64_t offset, std::int64_t pitch) {
    std::optional<Part> p(Part{at(part), at(all), copy.loops.empty() ? 1 : copy.loops[0].size, offset});
    const std::int64_t width = network.tensor(all).bytes().value() / p->rows;
    const bool rows = network.tensor(all).bytes().value() == width * p->rows && (p->rows == 1 || pitch == width);
    if (!rows || offset + copy.run > width) p.reset();
    return p;
  };
  const std::int64_t source = copy.loops.empty() ? 0 : copy.loops[0].source_stride;
  const std::int64_t target = copy.loops.empty() ? 0 : copy.loops[0].target_stride;
  if (whole(from, copy.source_offset, &Copy::Loop::source_stride)) {
    return relation(from, to, copy.target_offset, target);
  }
  if (whole(to, copy.target_offset, &Copy::Loop::target_stride)) return relation(to, from, copy.source_offset, source);
  return std::nullopt;
}

std::vector<Copy> copies(const Network& network, std::size_t layer) {
  std::string why;
  return copies_of(network, layer, why).value_or(std::vector<Copy>());
}

// Values (tensors with their views, by the tensor that was there first) in blocks of rows. Cheap to copy: for each
// attempt there is one.
class Blocks {
 public:
  explicit Blocks(const Network& network)
      : owner_(storage_owners(network)), block_(owner_.size()), column_(owner_.size(), 0), rows_(owner_.size(), 0) {
    std::iota(block_.begin(), block_.end(), std::size_t{0});
    next_ = block_;
    for (const network::Tensor& tensor : network.tensors) bytes_.push_back(tensor.bytes().value());
  }

  // False where the two are related in another way already.
  bool unite(const Part& p) {
    const std::size_t part = owner_[p.part], whole = owner_[p.whole];
    const std::size_t from = block_[part], to = block_[whole];
    for (const std::size_t b : {from, to}) {
      if (rows_[b] != 0 && rows_[b] != p.rows) return false;
    }
    const std::int64_t shift = column_[whole] + p.column - column_[part];
    if (from == to) return shift == 0;
    rows_[to] = p.rows;
    for (const std::size_t v : members(from)) {
      block_[v] = to;
      column_[v] += shift;
    }
    std::swap(next_[part], next_[whole]);
    return true;
  }
  // Columns of a tensor that are written as another value.
  void replace(std::size_t tensor, std::int64_t begin, std::int64_t end) {
    replaced_.push_back({owner_[tensor], {begin, end}});
  }

  std::size_t block_of(std::size_t tensor) const { return block_[owner_[tensor]]; }
  std::vector<std::size_t> members(std::size_t block) const {
    std::vector<std::size_t> all{block};
    for (std::size_t v = next_[block]; v != block; v = next_[v]) all.push_back(v);
    return all;
  }
  std::int64_t rows(std::size_t block) const { return std::max<std::int64_t>(1, rows_[block]); }
  std::int64_t width_of(std::size_t value) const { return bytes_[value] / rows(block_[value]); }
  Columns columns_of(std::size_t value) const { return {column_[value], column_[value] + width_of(value)}; }
  Columns columns(std::size_t block) const {
    Columns all = columns_of(block);
    for (const std::size_t v : members(block)) {
      all = {std::min(all.first, columns_of(v).first), std::max(all.second, columns_of(v).second)};
    }
    return all;
  }
  // Whether no column has two writers.
  bool apart(std::size_t block) const {
    std::vector<Columns> written;
    for (const std::size_t v : members(block)) add_written(v, written);
    std::sort(written.begin(), written.end());
    for (std::size_t i = 1; i < written.size(); ++i) {
      if (written[i].first < written[i - 1].second) return false;
    }
    return true;
  }

  StorageOf storage(std::size_t tensor) const {
    const std::size_t v = owner_[tensor], b = block_[v];
    const Columns all = columns(b);
    const std::int64_t width = all.second - all.first;
    std::size_t owner = v;  // the one in the first column that was there first
    for (const std::size_t m : members(b)) {
      if (column_[m] == all.first && (column_[owner] != all.first || m < owner)) owner = m;
    }
    const bool whole = rows(b) == 1 || width_of(v) == width;
    return {owner, column_[v] - all.first, whole ? 0 : width, width * rows(b)};
  }

 private:
  void add_written(std::size_t v, std::vector<Columns>& written) const {
    std::vector<Columns> gone{{width_of(v), width_of(v)}};
    for (const auto& [value, columns] : replaced_) {
      if (value == v) gone.push_back(columns);
    }
    std::sort(gone.begin(), gone.end());
    std::int64_t from = 0;
    for (const Columns& g : gone) {
      if (g.first > from) written.emplace_back(column_[v] + from, column_[v] + g.first);
      from = std::max(from, g.second);
    }
  }

  std::vector<std::size_t> owner_;    // by tensor: its value
  std::vector<std::size_t> block_;    // by value: the member that the block is known by
  std::vector<std::size_t> next_;     // by value: members of a block in a ring
  std::vector<std::int64_t> column_;  // by value, from an origin of its block
  std::vector<std::int64_t> rows_;    // by block; 0: any
  std::vector<std::int64_t> bytes_;   // by value
  std::vector<std::pair<std::size_t, Columns>> replaced_;
};

class Search {
 public:
  Search(const Network& network, const JoinRules& rules)
      : network_(network),
        rules_(rules),
        owner_(storage_owners(network)),
        fixed_(owner_.size(), false),
        input_(owner_.size(), false),
        output_(owner_.size(), false),
        users_(owner_.size()),
        blocks_(network) {
    for (const TensorId t : network.inputs) input_[owner_[at(t)]] = true;
    for (const TensorId t : network.outputs) output_[owner_[at(t)]] = true;
    for (std::size_t l = 0; l < network.layers.size(); ++l) {
      const Layer& layer = network.layers[l];
      if (reads_in_place(network, l)) fixed_[owner_[at(layer.outputs.at(0))]] = true;
      if (network::is_view(layer) && !layer.inputs.empty()) continue;
      for (const TensorId t : layer.inputs) users_[owner_[at(t)]].push_back({l, t});
      for (const TensorId t : layer.outputs) users_[owner_[at(t)]].push_back({l, t});
    }
  }

  Joins run() {
    Joins joins;
    for (std::size_t l = 0; l < network_.layers.size(); ++l) {
      if (network_.layers[l].op->form != network::Form::kMove || !rules_.is_move(l)) continue;
      const std::vector<Copy> all = copies(network_, l);
      std::vector<std::size_t> wanted;
      for (std::size_t c = 0; c < all.size(); ++c) {
        if (may(l, all[c])) wanted.push_back(c);
      }
      // Together they may fit where one alone does not: each writes what another value has in those columns.
      if (attempt(l, all, wanted, joins)) continue;
      for (const std::size_t c : wanted) attempt(l, all, {c}, joins);
    }
    return joins;
  }

 private:
  struct User {
    std::size_t layer;
    TensorId tensor;
  };

  bool may(std::size_t l, const Copy& copy) const {
    const auto part = part_of(network_, network_.layers[l], copy);
    if (!part) return false;
    const std::size_t p = owner_[part->part], w = owner_[part->whole];
    if (fixed_[p] || fixed_[w] || input_[p] || output_[p]) return false;
    if (rules_.group[p] != rules_.group[w]) return false;
    const auto& a = network_.tensors[part->part].quantization;
    const auto& b = network_.tensors[part->whole].quantization;
    return !a || !b || *a == *b;
  }

  bool attempt(std::size_t l, const std::vector<Copy>& all, const std::vector<std::size_t>& wanted, Joins& joins) {
    if (wanted.empty()) return true;
    const Layer& layer = network_.layers[l];
    Blocks tried = blocks_;
    std::vector<std::size_t> blocks;
    for (const std::size_t c : wanted) {
      const Part part = part_of(network_, layer, all[c]).value();
      if (!tried.unite(part)) return false;
      const std::size_t output = at(layer.outputs[all[c].output]);
      const std::int64_t column = output == part.whole ? part.column : 0;
      tried.replace(output, column, column + all[c].elements() / part.rows);
    }
    for (const std::size_t c : wanted) {
      const std::size_t block = tried.block_of(part_of(network_, layer, all[c])->part);
      if (std::find(blocks.begin(), blocks.end(), block) == blocks.end()) blocks.push_back(block);
    }
    for (const std::size_t block : blocks) {
      if (!reachable(tried, block) || !tried.apart(block)) return false;
    }
    blocks_ = std::move(tried);
    for (const std::size_t c : wanted) joins.push_back({l, c});
    return true;
  }

  // Whether everyone can read and write the tensors of the block whose rows lie apart.
  bool reachable(const Blocks& blocks, std::size_t block) const {
    if (blocks.rows(block) == 1) return true;
    const Columns all = blocks.columns(block);
    for (const std::size_t v : blocks.members(block)) {
      if (blocks.columns_of(v) == all) continue;
      if (input_[v] || output_[v]) return false;
      for (const User& user : users_[v]) {
        const network::Shape& shape = network_.tensor(user.tensor).shape;
        if (shape.rank() == 0 || shape[shape.rank() - 1] != blocks.width_of(v)) return false;
        if (!rules_.takes_pitch(user.layer, user.tensor)) return false;
      }
    }
    return true;
  }

  const Network& network_;
  const JoinRules& rules_;
  std::vector<std::size_t> owner_;
  std::vector<bool> fixed_, input_, output_;  // by value: a state's, the network's
  std::vector<std::vector<User>> users_;      // by value: who reads and writes it
  Blocks blocks_;
};

Blocks joined(const Network& network, const Joins& joins) {
  Blocks blocks(network);
  for (std::size_t j = 0; j < joins.size();) {
    const std::size_t l = joins[j].layer;
    const std::vector<Copy> all = copies(network, l);
    for (; j < joins.size() && joins[j].layer == l; ++j) {
      blocks.unite(part_of(network, network.layers[l], all[joins[j].copy]).value());
    }
  }
  return blocks;
}

}  // namespace

std::vector<StorageOf> storages(const Network& network, const Joins& joins) {
  const Blocks blocks = joined(network, joins);
  std::vector<StorageOf> all;
  all.reserve(network.tensors.size());
  for (std::size_t t = 0; t < network.tensors.size(); ++t) all.push_back(blocks.storage(t));
  return all;
}

CopiedBytes copied_bytes(const Network& network, std::size_t l, const Joins& joins) {
  const Layer& layer = network.layers[l];
  CopiedBytes moved;
  const auto first = std::find_if(joins.begin(), joins.end(), [l](const Join& j) { return j.layer == l; });
  if (first == joins.end()) {
    for (const TensorId t : layer.inputs) moved.inputs.push_back(network.tensor(t).bytes().value());
    for (const TensorId t : layer.outputs) moved.outputs.push_back(network.tensor(t).bytes().value());
    return moved;
  }
  moved.inputs.assign(layer.inputs.size(), 0);
  moved.outputs.assign(layer.outputs.size(), 0);
  const std::vector<Copy> all = copies(network, l);
  for (std::size_t c = 0; c < all.size(); ++c) {
    const bool gone = std::any_of(first, joins.end(), [&](const Join& j) { return j.layer == l && j.copy == c; });
    if (gone) continue;
    const std::int64_t bytes = all[c].format.bytes(all[c].elements());
    if (all[c].from == Copy::From::kInput) moved.inputs[all[c].index] += bytes;
    moved.outputs[all[c].output] += bytes;
  }
  return moved;
}

Joins possible_joins(const Network& network, const JoinRules& rules) { return Search(network, rules).run(); }

std::vector<std::size_t> owners_of(const Network& network, const Joins& joins) {
  const Blocks blocks = joined(network, joins);
  std::vector<std::size_t> owners;
  for (const Join& j : joins) {
    const Part part = part_of(network, network.layers[j.layer], copies(network, j.layer)[j.copy]).value();
    owners.push_back(blocks.storage(part.part).owner);
  }
  return owners;
}

bool all_joined(const Network& network, std::size_t layer, const Joins& joins) {
  const auto count = std::count_if(joins.begin(), joins.end(), [layer](const Join& j) { return j.layer == layer; });
  return count > 0 && copies(network, layer).size() == static_cast<std::size_t>(count);
}

}  // namespace subvolt::mapping
